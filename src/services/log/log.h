// The seam behind which records live: the embedded broker, or an external Kafka cluster.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/time.h"
#include "base/uuid.h"
#include "platform/os/clock.h"
#include "platform/runtime/task.h"

namespace tarn::log {

// Kafka's topic configuration by its own keys, such as retention.ms.
using TopicConfig = std::map<std::string, std::string>;

struct TopicSpec {
  TopicName name;
  int32_t partitions = 1;
  TopicConfig config;
};

struct TopicDescription {
  TopicName name;
  Uuid id;  // a topic that is deleted and made again has another one
  int32_t partitions = 1;
  TopicConfig config;     // what differs from the defaults
  bool internal = false;  // names that start with two underscores
};

// Offsets are those of the next record; a reader sees [start, last_stable).
struct PartitionOffsets {
  Offset start;
  Offset high_watermark;  // all below is durable
  Offset last_stable;     // all below is decided: no open transaction
};

// Records for one partition: one Kafka batch, version 2, whose base offset is not assigned yet.
struct RecordBatch {
  TopicPartition to;
  Bytes batch;
};

struct Read {
  // Whole batches in offset order; the first may begin before the wanted offset. Empty when the
  // deadline passed and nothing came.
  std::vector<SharedBytes> batches;
  // Where to read on: behind the last batch, and what was passed over (aborted transactions). The
  // wanted offset when nothing came.
  Offset next;
  PartitionOffsets offsets;
};

struct ReadOptions {
  size_t bytes_max = 4 << 20;    // one batch is returned however large it is
  os::MonotonicTime deadline{};  // until when to wait for the first record; in the past: no wait
};

using OffsetsByPartition = std::map<TopicPartition, Offset>;

// Records that a user of the log still needs: of its topics those at and after `from`, and of
// partitions that are not named there, all.
struct Hold {
  std::vector<TopicName> topics;
  OffsetsByPartition from;
};
// How a user tells a log that is part of this process, which leaves these records to it whatever
// their age; what it said before is replaced. An external cluster keeps by its own rules.
using HoldRecords = std::function<void(const std::string& holder, Hold needs)>;

// All calls on the thread of the log's executor. Errors: not_found (topic or partition),
// out_of_range (an offset below start or above the high watermark), resource_exhausted (disk full),
// unavailable (the log stopped after a disk failure, or the cluster is away).
class Log {
 public:
  virtual ~Log() = default;

  // Creates the topic unless it exists; what exists is described as it is.
  virtual runtime::Task<TopicDescription> ensure_topic(TopicSpec spec) = 0;
  virtual runtime::Task<std::vector<TopicDescription>> topics() = 0;
  // All batches or none, durable when it returns; the offset of each batch's first record.
  virtual runtime::Task<std::vector<Offset>> append(std::vector<RecordBatch> batches) = 0;
  // Committed data only: durable, and not of an open or aborted transaction.
  virtual runtime::Task<Read> read(TopicPartition from, Offset offset, ReadOptions options) = 0;
  virtual runtime::Task<PartitionOffsets> offsets(TopicPartition of) = 0;
  // The first record at or after a time; none when all are older.
  virtual runtime::Task<std::optional<Offset>> offset_at(TopicPartition of, Timestamp at) = 0;
  virtual runtime::Task<void> commit_offsets(GroupId group, OffsetsByPartition offsets) = 0;
  virtual runtime::Task<OffsetsByPartition> committed_offsets(GroupId group) = 0;
};

}  // namespace tarn::log
