// Writing Parquet files: what the lake asks for and what it learns about the files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engines/sql/chunk.h"
#include "engines/sql/data_files.h"
#include "formats/columns/schema.h"

namespace tarn::sql {

struct PartitionColumn {
  std::string name;        // year
  std::string expression;  // trusted SQL over the columns of the chunks: year(_time)
  columns::Type type = columns::TypeKind::int64;
};

// All rows of the chunks go to one file per partition value (seldom more). With partition columns
// the order of the rows in a file is DuckDB's; without, it is that of the chunks.
struct ParquetJob {
  std::vector<ChunkPtr> chunks;
  columns::Schema schema;                     // of the files: a column that a chunk lacks is null
  std::vector<PartitionColumn> partition_by;  // not in the files
  std::string directory;  // exists, empty, below one of EngineOptions::directories
  int zstd_level = 1;
  uint64_t row_group_rows = 30'720;
};

// A text that is longer than 255 bytes is shortened to another bound, or left out. Columns of other
// types than those of Bound come without bounds.
struct ColumnStats {
  std::vector<std::string> path;  // a.b: {"a", "b"}; leaves of structures, not those in lists
  std::optional<Bound> min;
  std::optional<Bound> max;
  uint64_t null_count = 0;
};

// Not synced yet: the one who publishes it does that.
struct ParquetFile {
  std::string path;
  std::vector<std::optional<std::string>> partition_values;  // Delta's text form, as partition_by
  uint64_t rows = 0;
  uint64_t bytes = 0;
  std::vector<ColumnStats> stats;
};

}  // namespace tarn::sql
