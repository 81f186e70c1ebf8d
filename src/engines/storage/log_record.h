// All that is known about one log, as a value: what the checkpoint keeps, what journal entries
// change, and what the committer plans with. Live rounds and recovery change it by the same
// functions, so that they cannot disagree.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "engines/storage/producer_state.h"
#include "engines/storage/types.h"
#include "formats/record/batch_header.h"

namespace tarn::storage {

// What a segment's file is called after.
struct SegmentName {
  Offset base;
  // 0: batches as they were received, without gaps from base on. More: rewritten by compaction so
  // many times; offsets rise from base on, with gaps.
  uint32_t generation = 0;
  bool operator==(const SegmentName&) const = default;
};

struct SegmentInfo {
  Offset base;  // readers look for records from here to the next segment's base in it
  uint32_t generation = 0;
  uint64_t bytes = 0;
  Timestamp first_append{};  // by the broker's clock
  Timestamp last_append{};
  Timestamp max_timestamp{};  // of its records, as producers said
  [[nodiscard]] SegmentName name() const { return {base, generation}; }
  bool operator==(const SegmentInfo&) const = default;
};

struct LogRecord {
  LogId id;
  std::string name;
  LogConfig config;
  Offset start;
  Offset end;
  std::vector<EpochStart> epochs;     // never empty
  std::vector<SegmentInfo> segments;  // oldest first; the last one is written to
  ProducerTable producers;
  std::vector<AbortedTransaction> aborted;  // by their markers
  Offset compacted;  // of records before it only the latest of each key are left
  bool quarantined = false;

  [[nodiscard]] LeaderEpoch epoch() const { return epochs.back().epoch; }
  [[nodiscard]] uint64_t bytes() const;
  // The last stable offset.
  [[nodiscard]] Offset stable() const {
    return std::max(start, producers.first_open().value_or(end));
  }
};

LogRecord new_log(LogId id, std::string name, const LogConfig& config);

// Where a batch goes.
struct Placement {
  Offset segment_base;
  uint64_t position = 0;
};

// The place of the next batch: a new segment when the last one is full or old.
Placement place_next(const LogRecord& log, size_t batch_bytes, Timestamp now);

void apply_append(LogRecord& log, const Placement& at, const LoggedBatch& batch, Timestamp now,
                  Millis producer_expiration);

// Moves the start forward and drops the segments below it; returns their bases.
std::vector<Offset> apply_log_start(LogRecord& log, Offset start);

// An unclean start: clients that have seen what is gone now can tell (KIP-101).
void apply_epoch_bump(LogRecord& log);

struct Retained {
  std::optional<Offset> start;  // none when nothing is to be removed
  uint64_t held_bytes = 0;      // of segments that would go but for the hold
};
// What retention leaves of a log. held: nothing at or after it goes.
Retained retain(const LogRecord& log, Timestamp now, std::optional<Offset> held = {});

// The folder of the log below the engine's: its name for people, its id to tell two of one name
// apart.
std::string log_folder(LogId id, const std::string& name);

}  // namespace tarn::storage
