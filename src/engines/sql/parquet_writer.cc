#include "engines/sql/parquet_writer.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/check.h"
#include "engines/sql/engine.h"
#include "engines/sql/sql_text.h"
#include "formats/columns/time_text.h"

namespace tarn::sql {

using columns::Column;
using columns::Type;
using columns::TypeKind;

namespace {

bool is_partition_column(const ParquetJob& job, const std::string& name) {
  return std::ranges::find(job.partition_by, name, &PartitionColumn::name) !=
         job.partition_by.end();
}

// In Delta's text form.
std::string partition_text(const PartitionColumn& column) {
  if (column.type == TypeKind::timestamp) {
    return "strftime((" + column.expression + ") AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ')";
  }
  return "CAST((" + column.expression + ") AS VARCHAR)";
}

std::string copy_statement(const ParquetJob& job) {
  std::string fields;
  std::string names;
  const auto add = [](std::string& list, const std::string& item) {
    list += (list.empty() ? "" : ", ") + item;
  };
  for (const columns::Field& field : job.schema.fields) {
    if (!is_partition_column(job, field.name)) add(fields, quote_name(field.name));
  }
  for (const PartitionColumn& column : job.partition_by) {
    add(fields, partition_text(column) + " AS " + quote_name(column.name));
    add(names, quote_name(column.name));
  }
  std::string options = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL " +
                        std::to_string(job.zstd_level) + ", ROW_GROUP_SIZE " +
                        std::to_string(job.row_group_rows) + ", RETURN_STATS";
  std::string path = job.directory;
  if (names.empty()) {
    path += "/rows.parquet";
  } else {
    options += ", PARTITION_BY (" + names + "), FILENAME_PATTERN 'rows_{uuid}'";
  }
  return "COPY (SELECT " + fields + " FROM input) TO " + quote_text(path) + " (" + options + ")";
}

// The entry of a map, which is a list of {key, value}; none when missing or null.
std::optional<uint64_t> find_key(const Column& map, size_t row, std::string_view key) {
  if (map.is_null(row)) return std::nullopt;
  const Column& keys = map.child(0).child(0);
  for (uint64_t at = map.begin_at(row); at < map.end_at(row); ++at) {
    if (keys.text_at(at) == key) return at;
  }
  return std::nullopt;
}

std::optional<std::string> text_in(const Column& map, size_t row, std::string_view key) {
  const auto at = find_key(map, row, key);
  if (!at || map.child(0).child(1).is_null(*at)) return std::nullopt;
  return std::string(map.child(0).child(1).text_at(*at));
}

std::optional<Bound> wrap(std::optional<int64_t> value) {
  if (!value) return std::nullopt;
  return Bound(*value);
}

// None as well for what cannot be read for sure: a missing bound is right, a wrong one is not.
std::optional<Bound> parse_bound(const std::optional<std::string>& text, const Type& type) {
  if (!text) return std::nullopt;
  switch (type.kind()) {
    case TypeKind::int64: {
      int64_t value = 0;
      const char* end = text->data() + text->size();
      const auto parsed = std::from_chars(text->data(), end, value);
      if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
      return Bound(value);
    }
    case TypeKind::date:
      return wrap(columns::parse_date(*text));
    case TypeKind::timestamp: {
      if (!text->ends_with("+00")) return std::nullopt;
      return wrap(columns::parse_timestamp(text->substr(0, text->size() - 3) + "Z"));
    }
    case TypeKind::text:
      return Bound(*text);
    default:
      return std::nullopt;
  }
}

// The statistics of one file.
class StatsReader {
 public:
  StatsReader(const Column& statistics, size_t row) : statistics_(statistics), row_(row) {}

  void read(const columns::Field& field, std::vector<std::string> path, const std::string& name) {
    path.push_back(field.name);
    if (field.type.kind() == TypeKind::structure) {
      for (const columns::Field& child : field.type.fields()) {
        read(child, path, name + "." + quote_name(child.name));
      }
      return;
    }
    if (field.type.kind() == TypeKind::list) return;
    const auto at = find_key(statistics_, row_, name);
    if (!at) return;
    const Column& of_column = statistics_.child(0).child(1);
    const auto null_count = parse_bound(text_in(of_column, *at, "null_count"), TypeKind::int64);
    if (!null_count) return;
    stats_.push_back({.path = std::move(path),
                      .min = parse_bound(text_in(of_column, *at, "min"), field.type),
                      .max = parse_bound(text_in(of_column, *at, "max"), field.type),
                      .null_count = static_cast<uint64_t>(std::get<int64_t>(*null_count))});
  }
  std::vector<ColumnStats> take() { return std::move(stats_); }

 private:
  const Column& statistics_;
  size_t row_;
  std::vector<ColumnStats> stats_;
};

// COPY counts in UBIGINT.
uint64_t count_at(const Column& column, size_t row) {
  const std::string_view digits = column.text_at(row);
  uint64_t count = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  check(parsed.ec == std::errc(), "a count has digits");
  return count;
}

Result<ParquetFile> read_file_row(const ParquetJob& job, const columns::Batch& batch, size_t row) {
  const Column* path = batch.find("filename");
  const Column* rows = batch.find("count");
  const Column* bytes = batch.find("file_size_bytes");
  const Column* statistics = batch.find("column_statistics");
  const Column* keys = batch.find("partition_keys");
  if (!path || !rows || !bytes || !statistics || !keys) {
    return Error(ErrorCode::internal, "COPY did not return the statistics that were asked for");
  }
  ParquetFile file{.path = std::string(path->text_at(row))};
  file.rows = count_at(*rows, row);
  file.bytes = count_at(*bytes, row);
  for (const PartitionColumn& column : job.partition_by) {
    file.partition_values.push_back(text_in(*keys, row, column.name));
  }
  StatsReader stats(*statistics, row);
  for (const columns::Field& field : job.schema.fields) {
    if (!is_partition_column(job, field.name)) stats.read(field, {}, quote_name(field.name));
  }
  file.stats = stats.take();
  return file;
}

}  // namespace

Result<std::vector<ParquetFile>> write_parquet(Engine& engine, ParquetJob job) {
  const Answer answer = TRY(engine.execute(Query{.sql = copy_statement(job), .rows_max = 1'000'000},
                                           job.chunks, job.schema));
  std::vector<ParquetFile> files;
  for (const columns::Batch& batch : answer.batches) {
    for (size_t row = 0; row < batch.rows(); ++row) {
      files.push_back(TRY(read_file_row(job, batch, row)));
    }
  }
  return files;
}

}  // namespace tarn::sql
