// The internal topic __consumer_offsets: the memory of the group coordinator.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "formats/record/record.h"
#include "platform/os/clock.h"
#include "platform/runtime/task.h"
#include "services/broker/appender.h"
#include "services/broker/fetcher.h"
#include "services/broker/topic_admin.h"

namespace tarn::broker {

// One record; no value: a tombstone.
struct OffsetsEntry {
  Bytes key;
  std::optional<Bytes> value;
};

// What the topic is made of.
struct OffsetsLogParts {
  const TopicCatalog& topics;
  TopicAdmin& admin;
  Appender& appender;
  Fetcher& fetcher;
  CommitInbox& inbox;
  const os::Clock& clock;
  int32_t partitions = 4;            // when the topic is created
  uint64_t bytes_max = 16ULL << 20;  // of a partition, then it is written anew
};

// All records of a group are in one partition, so they are read in the order in which they were
// written. A partition does not grow without end: when it is large and nothing is under way, all
// that still counts is written again and what was before is cut off, in one transaction.
// I/O thread.
class OffsetsLog {
 public:
  using Done = std::move_only_function<void(Answer<void>)>;
  // All that counts, of the groups of one partition.
  using Snapshot = std::function<std::vector<OffsetsEntry>(int32_t partition)>;
  using Visit = std::function<Status(const record::Record&)>;

  explicit OffsetsLog(OffsetsLogParts parts) : parts_(std::move(parts)) {}
  void set_snapshot(Snapshot snapshot) { snapshot_ = std::move(snapshot); }

  [[nodiscard]] bool exists() const;
  // Creates the topic unless it exists.
  runtime::Awaitable<Answer<void>> ensure();
  // Visits all records, each partition in its order.
  runtime::Task<void> replay(Visit visit);
  // The topic exists. done: on the I/O thread, in the order of the calls for one group.
  void append(const GroupId& group, std::vector<OffsetsEntry> entries, Done done);
  [[nodiscard]] int32_t partition_of(const GroupId& group) const;

 private:
  struct Partition {
    size_t under_way = 0;
    uint64_t bytes = 0;           // from the log start on
    uint64_t snapshot_bytes = 0;  // of the last snapshot
    bool is_measured = false;
  };
  runtime::Task<void> replay_partition(TopicPartition from, const Visit* visit);
  void compact_if_large(int32_t partition);
  Partition& partition_state(int32_t partition);

  OffsetsLogParts parts_;
  Snapshot snapshot_;
  std::map<int32_t, Partition> partitions_;
};

}  // namespace tarn::broker
