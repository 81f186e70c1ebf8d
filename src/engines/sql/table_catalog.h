// What names mean in SQL: the seam between the engine and those who own tables and topics.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "engines/sql/chunk.h"
#include "engines/sql/data_files.h"
#include "formats/columns/schema.h"

namespace tarn::sql {

// Rows that are fetched while a query runs, such as those of a topic.
class RowSource {
 public:
  virtual ~RowSource() = default;
  // null at the end. Blocks; one thread at a time; each scan opens its own source.
  virtual Result<ChunkPtr> next() = 0;
};

// One state of a table: every row is either in the files or in the tail or comes from `rows`.
struct TableSnapshot {
  columns::Schema schema;  // all columns, partition columns too, in the order of select *
  std::vector<std::string> partition_columns;
  DataFiles files;                                   // Parquet; a column that a file lacks is null
  std::vector<ChunkPtr> tail;                        // a column that a chunk lacks is null
  std::function<std::unique_ptr<RowSource>()> rows;  // may be empty
};
using TableSnapshotPtr = std::shared_ptr<const TableSnapshot>;

// Called on the threads that run queries; may block. A name is looked up at most once in a query,
// ignoring ASCII case where the exact name is not there.
class TableCatalog {
 public:
  virtual ~TableCatalog() = default;
  // select … from orders. not_found when there is none.
  virtual Result<TableSnapshotPtr> table(const std::string& name) = 0;
  // select … from log."orders". not_found when there is none.
  virtual Result<TableSnapshotPtr> topic(const std::string& name) = 0;
  // For SHOW TABLES and for the sentence that names what exists.
  virtual std::vector<std::string> table_names() = 0;
  virtual std::vector<std::string> topic_names() = 0;
};

}  // namespace tarn::sql
