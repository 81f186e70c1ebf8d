// What a log's compaction works with: a copy of what the committer knows, so that the work goes on
// beside it. Sealed segments do not change; when they are gone, the swap is refused.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engines/storage/staged_round.h"

namespace tarn::storage {

struct CompactionRange {
  size_t segments = 0;     // the first ones of the log, sealed and decided
  Offset end;              // where they end
  uint32_t dirty_ppm = 0;  // bytes that were not compacted yet, of all of theirs, in millionths
};

// None when there is nothing to compact, or too little. held: nothing at or after it goes, for
// somebody has not read it yet: what a table or a connector gets must not depend on the moment at
// which a compaction runs.
std::optional<CompactionRange> compaction_range(const LogRecord& log, Timestamp now,
                                                std::optional<Offset> held = {});

// Up to where a producer has come: an empty batch stays in its place, from which its sequence can
// be read.
struct ProducerPlace {
  int16_t epoch = 0;
  std::optional<Offset> last_batch;  // none: only markers
};

struct CompactionJob {
  LogId log;
  std::string name;
  std::string folder;
  LogConfig config;
  Offset start;       // of the log
  Offset dirty_from;  // before it is compacted
  Offset end;
  uint32_t dirty_ppm = 0;
  std::vector<SegmentInfo> infos;
  SegmentList segments;  // in step with infos
  std::vector<EpochStart> epochs;
  std::vector<AbortedTransaction> aborted;  // by their markers
  std::map<ProducerId, ProducerPlace> producers;

  // Where segment i ends.
  [[nodiscard]] Offset end_of(size_t i) const {
    return i + 1 < infos.size() ? infos[i + 1].base : end;
  }
};
CompactionJob make_job(const PlannedLog& log, const CompactionRange& range);

}  // namespace tarn::storage
