// How rows are committed: the two forms of a table behind one writer.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/uuid.h"
#include "engines/sql/table_catalog.h"
#include "platform/runtime/task.h"
#include "services/lake/rows.h"

namespace tarn::lake {

using TopicIds = std::map<TopicName, Uuid>;

// What a table is after its last commit, for SQL and for its status. Immutable.
struct CommittedTable {
  std::optional<int64_t> version;
  columns::Schema schema;
  std::vector<std::string> partition_columns;
  sql::DataFiles files;
  std::function<std::unique_ptr<sql::RowSource>()> rows;  // of what is not in Parquet files
  uint64_t row_count = 0;
  uint64_t file_count = 0;
  uint64_t byte_count = 0;
};
using CommittedTablePtr = std::shared_ptr<const CommittedTable>;

struct CommitRequest {
  std::vector<RowsPtr> rows;
  columns::Schema schema;  // of all rows: columns of values and metadata
  Positions next;          // of the partitions that the rows are from, and of dead letters
  TopicIds topics;         // of all partitions in next
  std::vector<std::string> notices;
};
using CommitRequestPtr = std::shared_ptr<const CommitRequest>;

// Errors that pass (unavailable, timed_out, resource_exhausted, permission_denied, internal) are
// retried with the same request; failed_precondition, corrupt and unimplemented stop the table.
class TableStore {
 public:
  virtual ~TableStore() = default;
  // Finishes or undoes what a crash left, and says how far the table has come. topics: the ids of
  // all topics of the log; a partition of a topic that has another id now is an error.
  virtual runtime::Task<Positions> open(TopicIds topics) = 0;
  // All rows and positions or none. After an error it is called with the same request until it
  // succeeds or the store is opened anew.
  virtual runtime::Task<void> commit(CommitRequestPtr request) = 0;
  // What may be done beside the next commits (checkpoints). Its failure does no harm.
  virtual runtime::Task<void> maintain() = 0;
  // After open().
  [[nodiscard]] virtual CommittedTablePtr committed() const = 0;
};

}  // namespace tarn::lake
