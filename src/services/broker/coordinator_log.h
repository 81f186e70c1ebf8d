// An internal topic that is the memory of a coordinator: __consumer_offsets, __transaction_state.
#pragma once

#include <cstdint>
#include <functional>
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
  const os::Clock& clock;
};
struct CoordinatorLogOptions {
  TopicName topic;
  // When the topic is created. A start reads what is left of it; what is written to is not
  // compacted.
  int32_t partitions = 4;
  uint64_t segment_bytes = 4 << 20;
};

// All records about one thing (a group, a transactional id) are in one partition, so they are read
// in the order in which they were written. The topic is compacted like any other, so the last
// record about a thing must be enough; a tombstone says that it is gone. I/O thread.
class CoordinatorLog {
 public:
  using Done = std::move_only_function<void(Answer<void>)>;
  // open: the transaction that the record belongs to is not decided yet.
  using Visit = std::function<Status(const record::Record&, std::optional<ProducerId> open)>;

  CoordinatorLog(CoordinatorLogParts parts, CoordinatorLogOptions options)
      : parts_(std::move(parts)), options_(std::move(options)) {}

  [[nodiscard]] bool exists() const;
  // Creates the topic unless it exists.
  runtime::Awaitable<Answer<void>> ensure();
  // Visits all records, each partition in its order. Those of a transaction count from its end on,
  // unless the same thing was written about later (compaction goes by the offset, and so does
  // Kafka); those of aborted ones are not visited.
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
  class Replay;
  runtime::Task<void> replay_partition(TopicPartition from, const Visit* visit);

  CoordinatorLogParts parts_;
  CoordinatorLogOptions options_;
};

}  // namespace tarn::broker
