// Statistics of a data file, by which readers skip it (protocol, "Per-file Statistics"). A wrong
// bound is a silently wrong answer in every engine, so what is doubtful is left out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "formats/columns/schema.h"

namespace tarn::table_format {

// Integers (also days since 1970), microseconds since 1970 for timestamps, texts, doubles.
using StatsBound = std::variant<bool, int64_t, double, std::string>;

struct ColumnStatistics {
  std::vector<std::string> path;  // {"a", "b"}: the field b of the structure a
  columns::TypeKind kind = columns::TypeKind::text;
  std::optional<StatsBound> min;
  std::optional<StatsBound> max;
  std::optional<uint64_t> null_count;
};

// The JSON text for AddFile::stats. Left out are bounds of booleans, binaries, NaN and of times
// outside the years 1 to 9999. Texts are cut at 32 characters, the upper bound so that it stays one
// (none when that is impossible); timestamps have milliseconds, rounded outwards.
std::string write_stats(uint64_t rows, const std::vector<ColumnStatistics>& columns);

// numRecords of such a text; none when it says nothing.
std::optional<int64_t> read_row_count(const std::string& stats);

struct FileStatistics {
  std::optional<uint64_t> rows;
  std::vector<ColumnStatistics> columns;  // those of which something is known
};
// What such a text, also one of another writer, says for sure of the columns of a schema: bounds
// of int64, text, timestamp and date, not of nested fields. Nothing when it is no such text.
FileStatistics read_stats(const std::string& stats, const columns::Schema& schema);

}  // namespace tarn::table_format
