// What the storage engine is asked to do, and what it answers.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/time.h"

namespace tarn::storage {

struct LogConfig {
  uint64_t segment_bytes = 1ULL << 30;
  Millis segment_age = std::chrono::hours(24 * 7);
  std::optional<Millis> retention_age = std::chrono::hours(24 * 7);  // none: for ever
  std::optional<uint64_t> retention_bytes;                           // none: no limit
  uint32_t index_interval_bytes = 4096;
  // Of each key the latest record stays, whatever its age; older ones go (Engine::compact).
  bool compact = false;
  // How long tombstones and markers stay after the compaction that has nothing left for them to do.
  Millis tombstone_retention = std::chrono::hours(24);
  Millis compaction_lag_min{0};               // younger records are not compacted
  Millis compaction_lag_max = Millis::max();  // older ones are, however few they are
  uint32_t dirty_ppm_min = 500'000;           // of a log's bytes, in millionths; fewer can wait
  bool operator==(const LogConfig&) const = default;
};

// The steps of a transaction. A log id comes from Engine::allocate_log_id().
struct CreateLog {
  LogId log;
  std::string name;  // of its folder, for people: "orders-0"; ids tell two of one name apart
  LogConfig config;
};
struct DeleteLog {
  LogId log;
};
struct ConfigureLog {
  LogId log;
  LogConfig config;
};
// Exactly one Kafka batch, version 2, whose header and checksum the caller has verified. The engine
// sets its base offset and leader epoch in place.
struct Append {
  LogId log;
  MutableBytes batch;
};
// Records below start are gone for readers at once and for the disk soon.
struct SetLogStart {
  LogId log;
  Offset start;
};
// A small durable map beside the logs, for the broker's own state (topic ids, configurations).
struct PutMetadata {
  std::string key;
  std::optional<Bytes> value;  // none: remove
};
using Step = std::variant<CreateLog, DeleteLog, ConfigureLog, Append, SetLogStart, PutMetadata>;
// All of it becomes durable and visible at once, or none.
using Transaction = std::vector<Step>;

// Why a transaction was not carried out. Nothing of it happened; others are not concerned.
enum class RefusalReason {
  no_such_log,
  already_exists,          // the log id
  offset_out_of_range,     // a log start outside the log
  out_of_order_sequence,   // idempotent producer: a gap
  duplicate_sequence,      // an old duplicate whose offset is no longer known
  invalid_producer_epoch,  // a newer instance of the producer has written
  invalid_transaction,     // a plain batch of a producer whose transaction is open
  no_space,                // the disk or its reserve
  log_quarantined,         // the log has damage below its checkpoint
  stopped,                 // an earlier write or fsync failed, or the engine is closing
};
struct Refusal {
  RefusalReason reason = RefusalReason::stopped;
  std::string message;
};

struct Appended {
  LogId log;
  Offset base;  // of a duplicate: of its original
  bool is_duplicate = false;
};
// In the order of the transaction's Append steps.
using Committed = std::vector<Appended>;
using CommitResult = std::expected<Committed, Refusal>;

// Records that somebody still needs, however old or many they are.
struct RetentionHolds {
  std::map<LogId, Offset> from;  // of a log nothing at or after it goes
  uint64_t disk_free_min = 0;    // with less free space on the disk the holds do not count
};
// Bytes past their retention that are kept for a hold.
using HeldBytes = std::map<LogId, uint64_t>;

// What a run of compactions has done.
struct Compacted {
  size_t logs = 0;  // that were rewritten in part or whole
  uint64_t read_bytes = 0;
  uint64_t removed_bytes = 0;  // of segments
};

// A producer as it stands in one log.
struct ProducerState {
  ProducerId id;
  int16_t epoch = 0;
  std::optional<int32_t> last_sequence;
  Timestamp last_append{};
  std::optional<Offset> transaction;  // the first record of the open one
};

// A part of a log that cannot be read any more.
struct Damage {
  std::string path;       // of the file
  uint64_t position = 0;  // in it
  uint64_t bytes = 0;
  Offset from;  // the records in [from, to)
  Offset to;
  std::string why;
};

struct OpenTransaction {
  LogId log;
  ProducerId producer;
  int16_t epoch = 0;
};

struct EpochStart {
  LeaderEpoch epoch;
  Offset start;
  bool operator==(const EpochStart&) const = default;
};

// A transaction whose records nobody is to take for decided ones (KIP-98).
struct AbortedTransaction {
  ProducerId producer;
  Offset first;   // of its records
  Offset marker;  // that ended it
  Offset stable;  // the last stable offset with that marker
  bool operator==(const AbortedTransaction&) const = default;
};

struct LogState {
  Offset start;
  Offset end;     // durable: the high watermark
  Offset stable;  // the last stable offset: before it no transaction is open
  LeaderEpoch epoch;
  uint64_t bytes = 0;
  bool quarantined = false;
};

}  // namespace tarn::storage
