// What the broker is asked for partitions, and what it answers.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/time.h"
#include "engines/storage/types.h"
#include "platform/os/clock.h"
#include "services/broker/answer.h"
#include "services/broker/topic_config.h"

namespace tarn::broker {

struct NewTopic {
  TopicName name;
  std::optional<int32_t> partitions;          // none: the broker's default
  std::optional<int16_t> replication_factor;  // none: 1; any other is stored, one replica is served
  ConfigMap config;
};
enum class Validate { and_do, only };

// Config changes of a topic; none removes a key, which brings its default back.
using ConfigChanges = std::map<std::string, std::optional<std::string>>;

// Clients may not write to internal topics. The broker alone may write what no batch of records may
// be: markers, and the offsets of a transaction, which have no sequence.
enum class Origin { client, internal, broker };

struct Produced {
  Offset base;                           // of a duplicate: of its original
  std::optional<Timestamp> append_time;  // when the topic has LogAppendTime
  Offset log_start;
};

enum class Isolation { read_uncommitted, read_committed };

struct FetchPartition {
  TopicPartition from;
  Offset offset;
  size_t bytes_max = 1 << 20;
  std::optional<LeaderEpoch> current_epoch = {};  // of the client's metadata
};
struct FetchRequest {
  std::vector<FetchPartition> partitions;
  size_t bytes_min = 1;
  size_t bytes_max = 50 << 20;  // the first batch comes however large it is (KIP-74)
  os::MonotonicTime deadline{};
  Isolation isolation = Isolation::read_uncommitted;
};
struct Fetched {
  Offset log_start;
  Offset high_watermark;
  Offset last_stable;
  std::vector<SharedBytes> batches;  // whole; the first holds the wanted offset or ends before it
  Offset next;                       // where to read on
  // Of read_committed: which of the records are to be passed over (KIP-98), and perhaps more.
  std::vector<storage::AbortedTransaction> aborted = {};
};
// In the order of the request.
using FetchAnswer = std::vector<Answer<Fetched>>;

struct EarliestOffset {};
struct LatestOffset {};        // of read_committed: the last stable offset
struct MaxTimestampOffset {};  // the first record that has the greatest timestamp
struct OffsetAt {
  Timestamp at;  // the first record at or after it
};
using OffsetQuery = std::variant<EarliestOffset, LatestOffset, MaxTimestampOffset, OffsetAt>;
struct FoundOffset {
  Offset offset;
  std::optional<Timestamp> timestamp;  // of the record, where the query is for one
  LeaderEpoch epoch;
};

struct PartitionState {
  Offset log_start;
  Offset high_watermark;
  Offset last_stable;
  LeaderEpoch epoch;
  uint64_t bytes = 0;
  bool quarantined = false;  // damaged below its checkpoint: readable as far as it is whole
};

// KIP-101: the end of an epoch is the start of the next one, or the high watermark.
struct EpochEnd {
  LeaderEpoch epoch;  // the largest known one that is not above the asked one
  Offset end;
};

struct ProducerIdentity {
  ProducerId id;
  int16_t epoch = 0;
  auto operator<=>(const ProducerIdentity&) const = default;
};

}  // namespace tarn::broker
