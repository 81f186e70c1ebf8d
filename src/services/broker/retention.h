// Old records go, and superseded ones, but for those that somebody in this process still needs.
#pragma once

#include <map>
#include <optional>
#include <stop_token>
#include <string>

#include "base/ids.h"
#include "engines/storage/engine.h"
#include "platform/runtime/blocking_pool.h"
#include "platform/runtime/task.h"
#include "platform/telemetry/logger.h"
#include "services/broker/topic_catalog.h"
#include "services/log/log.h"

namespace tarn::broker {

// Who holds a partition's records, from where on, and how many bytes are there only for that: those
// that the last run would have removed.
struct HeldRecords {
  std::string holder;
  Offset from;
  uint64_t bytes = 0;
  bool operator==(const HeldRecords&) const = default;
};

// Holds are kept in memory alone: holders say anew what they need when the program starts, and
// run() does nothing before begin(). On the I/O thread.
class Retention {
 public:
  struct Parts {
    const TopicCatalog& topics;
    storage::Engine& engine;
    runtime::BlockingPool& pool;
    const telemetry::Logger& logger;
  };
  // drop_held_below: with less free bytes on the disk holds do not count; 0: they always do.
  Retention(Parts parts, uint64_t drop_held_below)
      : parts_(parts), drop_held_below_(drop_held_below) {}

  void hold(const std::string& holder, log::Hold needs);
  // All holders have spoken.
  void begin() { has_begun_ = true; }
  runtime::Task<void> run();
  // Compacts on a thread of the given pool, for as long as it takes or until it is stopped. What
  // is held stays as it is, so that a table gets every record whenever a compaction runs.
  runtime::Task<void> compact(runtime::BlockingPool* pool, std::stop_token stop);
  // The hold that reaches back farthest; none: nobody needs the partition.
  [[nodiscard]] std::optional<HeldRecords> held(const TopicPartition& of) const;

 private:
  [[nodiscard]] storage::RetentionHolds holds() const;
  void show(storage::HeldBytes held);

  Parts parts_;
  uint64_t drop_held_below_;
  bool has_begun_ = false;
  std::map<std::string, log::Hold> holds_;
  storage::HeldBytes held_bytes_;  // of the last run
};

}  // namespace tarn::broker
