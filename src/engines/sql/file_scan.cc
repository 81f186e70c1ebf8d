// tarn_files: the Parquet files of a snapshot, read with the table's schema instead of their own.
// No file is opened to plan a query.
#include <algorithm>
#include <charconv>
#include <duckdb.hpp>
#include <numeric>

#include <duckdb/catalog/catalog_entry/table_function_catalog_entry.hpp>
#include <duckdb/common/multi_file/multi_file_reader.hpp>
#include <duckdb/main/extension/extension_loader.hpp>
#include <duckdb/parser/expression/constant_expression.hpp>

#include "engines/sql/file_filter.h"
#include "engines/sql/partition_value.h"
#include "engines/sql/table_functions.h"
#include "engines/sql/vectors.h"

namespace tarn::sql {

namespace {

constexpr const char* kFilePlace = "tarn_file";  // of a file in its snapshot

// Files of a snapshot by their places in it. What DuckDB wants to know of a file is made when it
// asks: a table may have many, and a query read few.
class SnapshotFiles final : public duckdb::MultiFileList {
 public:
  explicit SnapshotFiles(TableSnapshotPtr snapshot) : snapshot_(std::move(snapshot)) {
    places_.resize(snapshot_->files.size());
    std::iota(places_.begin(), places_.end(), 0U);
  }
  SnapshotFiles(TableSnapshotPtr snapshot, std::vector<uint32_t> places)
      : snapshot_(std::move(snapshot)), places_(std::move(places)) {}

  // Leaves out files that no row of an answer can be in. The filters stay, so that DuckDB applies
  // them to the rows as well.
  duckdb::unique_ptr<duckdb::MultiFileList> ComplexFilterPushdown(
      duckdb::ClientContext& context, const duckdb::MultiFileOptions& /*options*/,
      duckdb::MultiFilePushdownInfo& info,
      duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>& filters) const override {
    std::vector<const duckdb::Expression*> wanted;
    for (const auto& filter : filters) wanted.push_back(filter.get());
    const FileFilter filter(context, *snapshot_, info, wanted);
    std::vector<uint32_t> kept;
    for (const uint32_t place : places_) {
      if (filter.may_match(file_at(place))) kept.push_back(place);
    }
    if (kept.size() == places_.size()) return nullptr;
    return duckdb::make_uniq<SnapshotFiles>(snapshot_, std::move(kept));
  }

  duckdb::unique_ptr<duckdb::NodeStatistics> GetCardinality(
      duckdb::ClientContext& /*context*/) const override {
    uint64_t rows = 0;
    for (const uint32_t place : places_) rows += file_at(place).rows;
    if (rows == 0 && !places_.empty()) return nullptr;
    return duckdb::make_uniq<duckdb::NodeStatistics>(rows);
  }

  duckdb::unique_ptr<duckdb::MultiFileList> Copy() const override {
    return duckdb::make_uniq<SnapshotFiles>(snapshot_, places_);
  }

  duckdb::vector<duckdb::OpenFileInfo> GetAllFiles() const override {
    duckdb::vector<duckdb::OpenFileInfo> files;
    for (size_t at = 0; at < places_.size(); ++at) files.push_back(GetFile(at));
    return files;
  }

  duckdb::FileExpandResult GetExpandResult() const override {
    if (places_.empty()) return duckdb::FileExpandResult::NO_FILES;
    return places_.size() == 1 ? duckdb::FileExpandResult::SINGLE_FILE
                               : duckdb::FileExpandResult::MULTIPLE_FILES;
  }

  duckdb::idx_t GetTotalFileCount() const override { return places_.size(); }

 protected:
  duckdb::OpenFileInfo GetFile(duckdb::idx_t at) const override {
    if (at >= places_.size()) return duckdb::OpenFileInfo();
    duckdb::OpenFileInfo file(file_at(places_[at]).path);
    file.extended_info = duckdb::make_shared_ptr<duckdb::ExtendedOpenFileInfo>();
    auto& options = file.extended_info->options;
    options[kFilePlace] = duckdb::Value::UBIGINT(places_[at]);
    // Files never change, so what is cached of them needs no look at the disk.
    options["validate_external_file_cache"] = duckdb::Value::BOOLEAN(false);
    return file;
  }

 private:
  [[nodiscard]] const DataFile& file_at(uint32_t place) const { return snapshot_->files[place]; }

  TableSnapshotPtr snapshot_;
  std::vector<uint32_t> places_;
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
    if (!snapshot_) {
      throw duckdb::InvalidInputException("tarn_files is not for queries");
    }
    return duckdb::make_shared_ptr<SnapshotFiles>(snapshot_);
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
