// An internal topic that is the memory of a coordinator: __consumer_offsets, __transaction_state.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "formats/record/record.h"
#include "platform/os/clock.h"
#include "platform/runtime/task.h"
#include "services/broker/appender.h"
#include "services/broker/fetcher.h"
#include "services/broker/topic_admin.h"

namespace tarn::broker {

// One record; no value: a tombstone.
struct CoordinatorRecord {
  Bytes key;
  std::optional<Bytes> value;
};

// What the topic is made of.
struct CoordinatorLogParts {
  const TopicCatalog& topics;
  TopicAdmin& admin;
  Appender& appender;
  Fetcher& fetcher;
  CommitInbox& inbox;
  const os::Clock& clock;
};
struct CoordinatorLogOptions {
  TopicName topic;
  int32_t partitions = 4;            // when the topic is created
  uint64_t bytes_max = 16ULL << 20;  // of a partition, then it is written anew
};

// All records about one thing (a group, a transactional id) are in one partition, so they are read
// in the order in which they were written. A partition does not grow without end: when it is large
// and nothing is under way, all that still counts is written again and what was before is cut off,
// in one transaction. I/O thread.
class CoordinatorLog {
 public:
  using Done = std::move_only_function<void(Answer<void>)>;
  // All that counts, of the things of one partition.
  using Snapshot = std::function<std::vector<CoordinatorRecord>(int32_t partition)>;
  // open: the transaction that the record belongs to is not decided yet.
  using Visit = std::function<Status(const record::Record&, std::optional<ProducerId> open)>;

  CoordinatorLog(CoordinatorLogParts parts, CoordinatorLogOptions options)
      : parts_(std::move(parts)), options_(std::move(options)) {}
  void set_snapshot(Snapshot snapshot) { snapshot_ = std::move(snapshot); }

  [[nodiscard]] bool exists() const;
  // Creates the topic unless it exists.
  runtime::Awaitable<Answer<void>> ensure();
  // Visits all records, each partition in its order. Those of a transaction count from its end on;
  // those of aborted ones are not visited.
  runtime::Task<void> replay(Visit visit);

  struct Write {
    std::string_view about;  // the group, or the transactional id
    std::vector<CoordinatorRecord> records;
    std::optional<ProducerIdentity> transaction = {};  // that decides whether the records count
    Appender::Batches together_with = {};              // durable with the records, or neither
  };
  // The topic exists. done: on the I/O thread, in the order of the calls for one thing.
  void append(Write write, Done done);
  [[nodiscard]] int32_t partition_of(std::string_view about) const;
  [[nodiscard]] TopicPartition place_of(std::string_view about) const;

 private:
  struct Partition {
    size_t under_way = 0;
    uint64_t bytes = 0;           // from the log start on
    uint64_t snapshot_bytes = 0;  // of the last snapshot
    bool is_measured = false;
  };
  class Replay;
  runtime::Task<void> replay_partition(TopicPartition from, const Visit* visit);
  void compact_if_large(int32_t partition);
  Partition& partition_state(int32_t partition);

  CoordinatorLogParts parts_;
  CoordinatorLogOptions options_;
  Snapshot snapshot_;
  std::map<int32_t, Partition> partitions_;
};

}  // namespace tarn::broker
