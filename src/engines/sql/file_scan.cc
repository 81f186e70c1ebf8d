// tarn_files: the Parquet files of a snapshot, read with the table's schema instead of their own.
// No file is opened to plan a query.
#include <algorithm>
#include <charconv>
#include <duckdb.hpp>
#include <numeric>

#include <duckdb/catalog/catalog_entry/table_function_catalog_entry.hpp>
#include <duckdb/common/multi_file/multi_file_reader.hpp>
#include <duckdb/execution/expression_executor.hpp>
#include <duckdb/main/extension/extension_loader.hpp>
#include <duckdb/parser/expression/constant_expression.hpp>
#include <duckdb/planner/expression/bound_columnref_expression.hpp>
#include <duckdb/planner/expression/bound_constant_expression.hpp>
#include <duckdb/planner/expression_iterator.hpp>

#include "engines/sql/table_functions.h"
#include "engines/sql/vectors.h"

namespace tarn::sql {

namespace {

constexpr const char* kFilePlace = "tarn_file";  // of a file in its snapshot

// The value of a partition column in a file; none for other columns.
std::optional<duckdb::Value> partition_value(const TableSnapshot& snapshot, const DataFile& file,
                                             const std::string& column,
                                             const duckdb::LogicalType& type) {
  const auto found = std::ranges::find(snapshot.partition_columns, column);
  if (found == snapshot.partition_columns.end()) return std::nullopt;
  const auto place = static_cast<size_t>(found - snapshot.partition_columns.begin());
  const auto& text = file.partition_values.at(place);
  // Delta cannot tell the empty text from null.
  if (!text || text->empty()) return duckdb::Value(type);
  return duckdb::Value(*text).DefaultCastAs(type);
}

// Files of a snapshot by their places in it.
class SnapshotFiles final : public duckdb::SimpleMultiFileList {
 public:
  SnapshotFiles(TableSnapshotPtr snapshot, std::vector<size_t> places)
      : duckdb::SimpleMultiFileList(list(*snapshot, places)),
        snapshot_(std::move(snapshot)),
        places_(std::move(places)) {}

  // Leaves out the files whose partition values alone make a filter false. The filters stay, so
  // that DuckDB applies them to the rows as well.
  duckdb::unique_ptr<duckdb::MultiFileList> ComplexFilterPushdown(
      duckdb::ClientContext& context, const duckdb::MultiFileOptions& /*options*/,
      duckdb::MultiFilePushdownInfo& info,
      duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>& filters) const override {
    std::vector<size_t> kept;
    for (const size_t place : places_) {
      const bool may_match = std::ranges::all_of(filters, [&](const auto& filter) {
        return can_hold(context, *filter, snapshot_->files[place], info);
      });
      if (may_match) kept.push_back(place);
    }
    if (kept.size() == places_.size()) return nullptr;
    return duckdb::make_uniq<SnapshotFiles>(snapshot_, std::move(kept));
  }

  duckdb::unique_ptr<duckdb::NodeStatistics> GetCardinality(
      duckdb::ClientContext& /*context*/) const override {
    uint64_t rows = 0;
    for (const size_t place : places_) rows += snapshot_->files[place].rows;
    if (rows == 0) return nullptr;
    return duckdb::make_uniq<duckdb::NodeStatistics>(rows);
  }

  duckdb::unique_ptr<duckdb::MultiFileList> Copy() const override {
    return duckdb::make_uniq<SnapshotFiles>(snapshot_, places_);
  }

 private:
  static duckdb::vector<duckdb::OpenFileInfo> list(const TableSnapshot& snapshot,
                                                   const std::vector<size_t>& places) {
    duckdb::vector<duckdb::OpenFileInfo> files;
    for (const size_t place : places) {
      duckdb::OpenFileInfo file(snapshot.files[place].path);
      file.extended_info = duckdb::make_shared_ptr<duckdb::ExtendedOpenFileInfo>();
      file.extended_info->options[kFilePlace] = duckdb::Value::UBIGINT(place);
      files.push_back(std::move(file));
    }
    return files;
  }

  [[nodiscard]] bool can_hold(duckdb::ClientContext& context, const duckdb::Expression& filter,
                              const DataFile& file,
                              const duckdb::MultiFilePushdownInfo& info) const {
    auto expression = filter.Copy();
    bool is_known = true;
    put_values(expression, file, info, is_known);
    duckdb::Value result;
    if (!is_known || !expression->IsFoldable() ||
        !duckdb::ExpressionExecutor::TryEvaluateScalar(context, *expression, result)) {
      return true;
    }
    return !result.IsNull() && result.GetValue<bool>();
  }

  // Puts the values of the file in the place of partition columns.
  void put_values(duckdb::unique_ptr<duckdb::Expression>& expression, const DataFile& file,
                  const duckdb::MultiFilePushdownInfo& info, bool& is_known) const {
    if (expression->GetExpressionClass() == duckdb::ExpressionClass::BOUND_COLUMN_REF) {
      const auto& column = expression->Cast<duckdb::BoundColumnRefExpression>();
      const size_t id = info.column_ids.at(column.binding.column_index);
      const auto value =
          id < info.column_names.size()
              ? partition_value(*snapshot_, file, info.column_names[id], expression->return_type)
              : std::nullopt;
      is_known = is_known && value && column.binding.table_index == info.table_index;
      if (is_known) expression = duckdb::make_uniq<duckdb::BoundConstantExpression>(*value);
      return;
    }
    duckdb::ExpressionIterator::EnumerateChildren(
        *expression, [&](duckdb::unique_ptr<duckdb::Expression>& child) {
          put_values(child, file, info, is_known);
        });
  }

  TableSnapshotPtr snapshot_;
  std::vector<size_t> places_;
};

// A field that a file lacks is null, at every depth.
void default_to_null(duckdb::vector<duckdb::MultiFileColumnDefinition>& columns) {
  for (auto& column : columns) {
    column.default_expression =
        duckdb::make_uniq<duckdb::ConstantExpression>(duckdb::Value(column.type));
    default_to_null(column.children);
  }
}

class SnapshotReader final : public duckdb::MultiFileReader {
 public:
  duckdb::shared_ptr<duckdb::MultiFileList> CreateFileList(
      duckdb::ClientContext& context, const duckdb::vector<std::string>& paths,
      const duckdb::FileGlobInput& /*glob*/) override {
    const std::string& text = paths.at(0);
    size_t id = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), id);
    if (parsed.ec == std::errc()) snapshot_ = tables_of(context).snapshot(id);
    if (!snapshot_) throw duckdb::InvalidInputException("tarn_files is not for queries");
    std::vector<size_t> places(snapshot_->files.size());
    std::iota(places.begin(), places.end(), size_t{0});
    return duckdb::make_shared_ptr<SnapshotFiles>(snapshot_, std::move(places));
  }

  bool Bind(duckdb::MultiFileOptions& /*options*/, duckdb::MultiFileList& /*files*/,
            duckdb::vector<duckdb::LogicalType>& types, duckdb::vector<std::string>& names,
            duckdb::MultiFileReaderBindData& bind_data) override {
    for (const columns::Field& field : snapshot_->schema.fields) {
      types.push_back(to_logical(field.type));
      names.push_back(field.name);
    }
    bind_data.schema = duckdb::MultiFileColumnDefinition::ColumnsFromNamesAndTypes(names, types);
    default_to_null(bind_data.schema);
    return true;
  }

  // Names of folders mean nothing: the partition values are those of the snapshot.
  void BindOptions(duckdb::MultiFileOptions& options, duckdb::MultiFileList& files,
                   duckdb::vector<duckdb::LogicalType>& types, duckdb::vector<std::string>& names,
                   duckdb::MultiFileReaderBindData& bind_data) override {
    options.auto_detect_hive_partitioning = false;
    options.hive_partitioning = false;
    options.union_by_name = false;
    MultiFileReader::BindOptions(options, files, types, names, bind_data);
  }

  // NOLINTNEXTLINE(readability-function-size): the signature is DuckDB's.
  void FinalizeBind(duckdb::MultiFileReaderData& reader_data,
                    const duckdb::MultiFileOptions& options,
                    const duckdb::MultiFileReaderBindData& bind_data,
                    const duckdb::vector<duckdb::MultiFileColumnDefinition>& global_columns,
                    const duckdb::vector<duckdb::ColumnIndex>& global_column_ids,
                    duckdb::ClientContext& context,
                    duckdb::optional_ptr<duckdb::MultiFileReaderGlobalState> state) override {
    MultiFileReader::FinalizeBind(reader_data, options, bind_data, global_columns,
                                  global_column_ids, context, state);
    const DataFile& file = file_of(*reader_data.reader);
    for (size_t column = 0; column < global_column_ids.size(); ++column) {
      const size_t id = global_column_ids[column].GetPrimaryIndex();
      if (id >= global_columns.size()) continue;
      const auto value =
          partition_value(*snapshot_, file, global_columns[id].name, global_columns[id].type);
      if (value) {
        reader_data.constant_map.Add(duckdb::MultiFileGlobalIndex(column), *value);
      }
    }
  }

  duckdb::unique_ptr<duckdb::MultiFileReader> Copy() const override {
    auto copy = duckdb::make_uniq<SnapshotReader>();
    copy->snapshot_ = snapshot_;
    copy->function_name = function_name;
    return copy;
  }

 private:
  [[nodiscard]] const DataFile& file_of(const duckdb::BaseFileReader& reader) const {
    const auto& options = reader.file.extended_info->options;
    return snapshot_->files[options.at(kFilePlace).GetValue<uint64_t>()];
  }

  TableSnapshotPtr snapshot_;
};

duckdb::unique_ptr<duckdb::MultiFileReader> make_reader(const duckdb::TableFunction& /*function*/) {
  return duckdb::make_uniq<SnapshotReader>();
}

}  // namespace

void register_file_scan(duckdb::ExtensionLoader& loader) {
  duckdb::TableFunctionSet functions = loader.GetTableFunction("parquet_scan").functions;
  functions.name = "tarn_files";
  for (duckdb::TableFunction& function : functions.functions) {
    function.name = functions.name;
    function.get_multi_file_reader = make_reader;
    // These look at the first file, or at names of files.
    function.statistics = nullptr;
    function.statistics_extended = nullptr;
    function.get_partition_stats = nullptr;
    function.get_bind_info = nullptr;
    function.serialize = nullptr;
    function.deserialize = nullptr;
    function.named_parameters.erase("schema");
  }
  loader.RegisterFunction(std::move(functions));
}

}  // namespace tarn::sql
