// An engine on a disk that fails and forgets, driven by hand: one commit at a time, on the test's
// thread. Sizes are tiny so that boundaries happen.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engines/storage/engine.h"
#include "engines/storage/testing/batches.h"
#include "formats/record/transaction_marker.h"
#include "platform/os/testing/fault_file_system.h"
#include "platform/os/testing/manual_clock.h"

namespace tarn::storage::testing {

// All that readers can see.
struct LogContent {
  Offset start;
  Offset end;
  Offset stable;
  std::vector<AbortedTransaction> aborted;
  std::vector<Bytes> batches;
  bool operator==(const LogContent&) const = default;
};
struct Content {
  std::map<LogId, LogContent> logs;
  std::map<std::string, Bytes> metadata;
  bool operator==(const Content&) const = default;
};
void PrintTo(const Content& content, std::ostream* out);

// A record of a keyed log, as a reader of committed data sees it.
struct SeenRecord {
  Offset offset;
  std::string key;
  std::optional<std::string> value;
  bool operator==(const SeenRecord&) const = default;
};
void PrintTo(const SeenRecord& record, std::ostream* out);

template <class... Steps>
Transaction transaction(Steps... steps) {
  Transaction result;
  (result.emplace_back(std::move(steps)), ...);
  return result;
}

class StorageWorld {
 public:
  StorageWorld();

  static EngineOptions tiny_options();

  // Of the process, without a shutdown. The disk decides what is left.
  void kill() {
    files.crash_at(1);
    engine.reset();
    files.lose_power(os::testing::PowerLoss::keep_all);
  }
  void lose_power(os::testing::PowerLoss mode, uint64_t seed = 0);
  [[nodiscard]] Status open();
  void reopen();  // after an orderly shutdown, if the engine is there; must succeed

  CommitResult commit(Transaction steps);
  LogId create(const std::string& name, const LogConfig& config = tiny_config());
  CommitResult append(LogId log, const BatchSpec& spec = {});
  CommitResult append_keyed(LogId log, const std::vector<KeyedRecord>& records,
                            const BatchSpec& spec = {});
  static LogConfig tiny_config();
  // Everything that is sealed is compacted at once; tombstones stay for an hour.
  static LogConfig compacted_config();
  static Append step(LogId log, const BatchSpec& spec) {
    return {log, MutableBytes(make_batch(spec))};
  }

  // Ends the producer's transaction in the log.
  static Append marker(LogId log, ProducerId producer, int16_t epoch, record::TransactionEnd end,
                       Timestamp at = from_unix_millis(1'000)) {
    return {log, MutableBytes(record::build_marker(
                     {.producer = producer, .producer_epoch = epoch, .end = end}, at))};
  }

  // Everything, as readers see it; from the disk alone when asked.
  [[nodiscard]] Content content();
  [[nodiscard]] Result<LogContent> content_of(LogId log);
  // Of committed transactions or of none, from the log start on.
  [[nodiscard]] std::vector<SeenRecord> records(LogId log);
  // What a table of the log would be.
  [[nodiscard]] std::map<std::string, std::string> table(LogId log);
  [[nodiscard]] std::string path_of_segment(const std::string& log_name, int64_t base);

  os::testing::FaultFileSystem files;
  os::testing::ManualClock clock;
  telemetry::MetricRegistry metrics;
  EngineOptions options = tiny_options();
  std::unique_ptr<Engine> engine;
};

}  // namespace tarn::storage::testing
