// Topics to tables, exactly once.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "base/time.h"
#include "engines/objectstore/object_store.h"
#include "engines/sql/table_catalog.h"
#include "platform/os/clock.h"
#include "platform/os/file_system.h"
#include "platform/runtime/blocking_pool.h"
#include "platform/runtime/task.h"
#include "platform/telemetry/logger.h"
#include "platform/telemetry/metrics.h"
#include "services/lake/column_files.h"
#include "services/lake/rows.h"
#include "services/lake/table_spec.h"
#include "services/log/log.h"

namespace tarn::lake {

enum class TableState {
  starting,  // reads its own state
  running,
  paused,   // by a person
  waiting,  // a commit failed for a reason that passes (disk full, read-only folder): it is retried
  stopped,  // by a reason that a person must look at, or by stop()
};
std::string_view to_string(TableState state);

struct TableStatus {
  std::string name;
  TableFormat format = TableFormat::delta;
  std::vector<TopicName> topics;
  TableState state = TableState::starting;
  std::string reason;                    // a sentence, for waiting and stopped
  std::optional<int64_t> version;        // of the table: delta log entry, or commits of objects
  std::optional<Timestamp> last_commit;  // of this process
  uint64_t rows = 0;                     // committed
  uint64_t files = 0;
  uint64_t bytes = 0;                // of the files
  uint64_t tail_rows = 0;            // decoded and not committed
  int64_t lag_records = 0;           // durable in the topics and not committed
  uint64_t dead_letters = 0;         // appended by this process
  Positions positions;               // next offset to be committed; retention waits for it
  std::vector<std::string> notices;  // gaps that retention left, columns that went to _rescued
};

struct LakeOptions {
  std::string staging;     // a local folder on the disk of the store, for files on their way
  std::string cluster_id;  // part of the positions' names in the tables
  size_t tail_bytes_max = 128 << 20;  // uncommitted rows of all tables together
  // Tables wait when less is free: what is left belongs to the log, which the others rest on.
  uint64_t disk_reserve_bytes = 16 << 20;
  Millis retry_first = std::chrono::milliseconds(200);
  Millis retry_longest = std::chrono::seconds(30);
  size_t dead_letter_partitions = 1;
  int checkpoint_every = 10;  // commits
  // How long the entries of a Delta log are kept that a checkpoint stands for; a table's own
  // delta.logRetentionDuration goes before it.
  Millis log_retention = std::chrono::hours(24 * 30);
};

// What the lake works with; all outlive it.
struct LakeParts {
  boost::asio::any_io_executor executor;
  log::Log& log;
  objectstore::ObjectStore& store;
  os::FileSystem& files;  // of the staging folder
  ColumnFiles& columns;
  runtime::BlockingPool& pool;
  const os::Clock& clock;
  telemetry::MetricRegistry& metrics;
  telemetry::Logger logger;
  // Told which records a table still needs; empty where the log keeps by rules of its own.
  log::HoldRecords hold_records;
};

// Owns one writer for each table. All calls on the thread of the executor; one lake for each
// cluster id at a time.
class Lake final {
 public:
  Lake(LakeOptions options, LakeParts parts);
  ~Lake();  // after stop()

  // Begins to write the tables; returns at once. A table that cannot start says so in its status.
  // invalid_argument for a spec that is wrong, already_exists for a name that is taken.
  Status start(std::vector<TableSpec> specs);
  // Commits what is decoded, as far as the deadline allows, and ends all writers.
  runtime::Awaitable<void> stop(os::MonotonicTime deadline);

  // Returns when all that is durable in the table's topics now is committed; the reason when it is
  // tried and fails. A table that waits tries at once.
  runtime::Task<void> flush(std::string table);
  Status pause(const std::string& table);
  Status resume(const std::string& table);  // also a stopped one: it starts from its own state

  [[nodiscard]] std::vector<TableStatus> status() const;
  [[nodiscard]] Result<TableStatus> status(const std::string& table) const;
  // Committed files and uncommitted rows as one moment, for SQL.
  sql::TableCatalog& catalog();

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace tarn::lake
