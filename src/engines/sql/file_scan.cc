// tarn_files: the Parquet files of a snapshot, read with the table's schema instead of their own.
// No file is opened to plan a query.
#include <duckdb.hpp>

#include "duckdb/catalog/catalog_entry/table_function_catalog_entry.hpp"
#include "duckdb/common/multi_file/multi_file_reader.hpp"
#include "duckdb/main/extension/extension_loader.hpp"
#include "duckdb/parser/expression/constant_expression.hpp"
#include "engines/sql/table_functions.h"
#include "engines/sql/vectors.h"

namespace tarn::sql {

namespace {

constexpr const char* kFilePlace = "tarn_file";  // of a file in its snapshot

class SnapshotFiles final : public duckdb::SimpleMultiFileList {
 public:
  explicit SnapshotFiles(TableSnapshotPtr snapshot)
      : duckdb::SimpleMultiFileList(list(*snapshot)), snapshot_(std::move(snapshot)) {}

  duckdb::unique_ptr<duckdb::MultiFileList> Copy() const override {
    return duckdb::make_uniq<SnapshotFiles>(snapshot_);
  }

 private:
  static duckdb::vector<duckdb::OpenFileInfo> list(const TableSnapshot& snapshot) {
    duckdb::vector<duckdb::OpenFileInfo> files;
    for (size_t place = 0; place < snapshot.files.size(); ++place) {
      duckdb::OpenFileInfo file(snapshot.files[place].path);
      file.extended_info = duckdb::make_shared_ptr<duckdb::ExtendedOpenFileInfo>();
      file.extended_info->options[kFilePlace] = duckdb::Value::UBIGINT(place);
      files.push_back(std::move(file));
    }
    return files;
  }

  TableSnapshotPtr snapshot_;
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
    snapshot_ = tables_of(context).snapshot(std::stoul(paths.at(0)));
    if (!snapshot_) throw duckdb::InvalidInputException("tarn_files is not for queries");
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
      if (const auto value = partition_value(file, global_columns[id])) {
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
    return snapshot_->files.at(options.at(kFilePlace).GetValue<uint64_t>());
  }

  [[nodiscard]] std::optional<duckdb::Value> partition_value(
      const DataFile& file, const duckdb::MultiFileColumnDefinition& column) const {
    const auto& names = snapshot_->partition_columns;
    const auto found = std::ranges::find(names, column.name);
    if (found == names.end()) return std::nullopt;
    const auto& text = file.partition_values.at(static_cast<size_t>(found - names.begin()));
    // Delta cannot tell the empty text from null.
    if (!text || text->empty()) return duckdb::Value(column.type);
    return duckdb::Value(*text).DefaultCastAs(column.type);
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
