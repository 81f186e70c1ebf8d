#include "services/lake/delta_files.h"

#include <algorithm>

#include <boost/json.hpp>

#include "formats/table_format/delta_paths.h"
#include "formats/table_format/delta_stats.h"
#include "services/lake/partition_field.h"
#include "services/lake/row_decoder.h"

namespace tarn::lake {
namespace {

using columns::Field;
using columns::Schema;
using columns::Type;
using columns::TypeKind;

constexpr size_t kIndexedColumnsMax = 32;  // delta.dataSkippingNumIndexedCols

const Type* type_at(const std::vector<Field>& fields, std::span<const std::string> path) {
  const auto field = std::ranges::find(fields, path.front(), &Field::name);
  if (field == fields.end()) return nullptr;
  if (path.size() == 1) return &field->type;
  if (field->type.kind() != TypeKind::structure) return nullptr;
  return type_at(field->type.fields(), path.subspan(1));
}

std::optional<table_format::StatsBound> bound_of(const std::optional<sql::Bound>& bound) {
  if (!bound) return {};
  return std::visit([](const auto& value) { return table_format::StatsBound(value); }, *bound);
}

std::optional<sql::Bound> sql_bound(const std::optional<table_format::StatsBound>& bound) {
  if (!bound) return {};
  if (const auto* number = std::get_if<int64_t>(&*bound)) return sql::Bound(*number);
  if (const auto* text = std::get_if<std::string>(&*bound)) return sql::Bound(*text);
  return {};
}

std::string stats_of(const sql::ParquetFile& file, const Schema& schema) {
  std::vector<table_format::ColumnStatistics> columns;
  size_t of_values = 0;
  for (const auto& column : file.stats) {
    const auto* type = type_at(schema.fields, column.path);
    if (type == nullptr || type->is_nested()) continue;
    const bool is_metadata = is_metadata_name(column.path.front());
    if (!is_metadata && ++of_values > kIndexedColumnsMax) continue;
    columns.push_back({.path = column.path,
                       .kind = type->kind(),
                       .min = bound_of(column.min),
                       .max = bound_of(column.max),
                       .null_count = column.null_count});
  }
  return table_format::write_stats(file.rows, columns);
}

bool covers(const Type& table, const Type& rows) {
  if (table.kind() != rows.kind()) return false;
  if (rows.kind() == TypeKind::list) return covers(table.element(), rows.element());
  if (rows.kind() != TypeKind::structure) return true;
  return std::ranges::all_of(rows.fields(), [&](const Field& field) {
    const auto same = std::ranges::find(table.fields(), field.name, &Field::name);
    return same != table.fields().end() && covers(same->type, field.type);
  });
}

}  // namespace

table_format::AddFile add_file(const sql::ParquetFile& file, const TableSpec& spec,
                               const Schema& schema, const FileNaming& naming) {
  std::vector<std::string> names;
  table_format::PartitionValues values;
  for (size_t at = 0; at < spec.partition_by.size(); ++at) {
    names.push_back(spec.partition_by[at].name);
    values[names.back()] = file.partition_values.at(at);
  }
  auto path = table_format::partition_folder(names, values);
  if (!path.empty()) path += '/';
  path += table_format::data_file_name(naming.number, naming.commit);
  return {.path = std::move(path),
          .partition_values = std::move(values),
          .size = static_cast<int64_t>(file.bytes),
          .modification_time = unix_millis(naming.at),
          .stats = stats_of(file, schema)};
}

void read_stats_into(sql::DataFile& data, const table_format::AddFile& file, const Schema& schema) {
  if (!file.stats) return;
  const auto stats = table_format::read_stats(*file.stats, schema);
  data.rows = stats.rows.value_or(0);
  for (const auto& column : stats.columns) {
    data.bounds.push_back({.column = column.path.front(),
                           .min = sql_bound(column.min),
                           .max = sql_bound(column.max),
                           .null_count = column.null_count});
  }
}

Schema table_columns(const TableSpec& spec, const Schema& rows) {
  Schema table;
  for (const auto& field : rows.fields) {
    if (!is_metadata_name(field.name)) table.fields.push_back(field);
  }
  for (const auto& field : spec.partition_by) {
    if (!rows.find(field.name))
      table.fields.push_back({.name = field.name, .type = TypeKind::text});
  }
  if (spec.metadata_columns) {
    for (const auto& field : metadata_fields()) table.fields.push_back(field);
  }
  return table;
}

Status check_covers(const Schema& table, const Schema& rows) {
  for (const auto& field : rows.fields) {
    const auto at = table.find(field.name);
    if (at && covers(table.fields[*at].type, field.type)) continue;
    return Error(ErrorCode::invalid_argument,
                 "the column " + field.name + " is " +
                     (at ? columns::to_text(table.fields[*at].type) : "missing") +
                     " in the table and " + columns::to_text(field.type) + " in the rows");
  }
  return {};
}

std::string json_list(const std::vector<std::string>& texts) {
  return boost::json::serialize(boost::json::array(texts.begin(), texts.end()));
}

}  // namespace tarn::lake
