// One round while it is being made: journal entries, bytes for segments, and what readers will see
// and callers will hear when it is durable.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engines/storage/aborted_index.h"
#include "engines/storage/engine.h"
#include "engines/storage/journal_writer.h"
#include "engines/storage/log_record.h"
#include "engines/storage/segment.h"

namespace tarn::storage {

// A log as the committer holds it: the record it plans with, and the files.
struct PlannedLog {
  LogRecord record;
  std::string folder;
  SegmentList segments;  // in step with record.segments
  // What readers were given last.
  std::shared_ptr<const SegmentList> shown_segments;
  std::shared_ptr<const std::vector<EpochStart>> shown_epochs;
  std::shared_ptr<AbortedIndex> shown_aborted = std::make_shared<AbortedIndex>();
};
using PlannedLogs = std::map<LogId, std::shared_ptr<PlannedLog>>;

struct StagedBatch {
  LogId log;
  std::shared_ptr<Segment> segment;
  uint64_t position = 0;
  record::BatchHeader header;
  MutableBytes bytes;
};

struct StagedRound {
  Timestamp at{};
  RoundWriter journal;
  std::vector<StagedBatch> batches;
  std::vector<std::shared_ptr<PlannedLog>> touched;  // created or changed; may repeat
  std::vector<std::shared_ptr<PlannedLog>> deleted;
  std::vector<std::shared_ptr<Segment>> dropped;  // to be unlinked
  std::vector<std::shared_ptr<Segment>> sealed;   // full or old: a new one follows
  std::vector<std::pair<std::string, std::optional<Bytes>>> metadata;
  std::vector<std::pair<LogId, Offset>> compacted;  // up to where; alone in its round
  std::vector<LogId> repaired;                      // alone in its round

  // Transactions are all or nothing: what one has staged is taken back when a later step of it is
  // refused.
  struct Mark {
    size_t entries, batches, touched, deleted, dropped, sealed, metadata;
  };
  [[nodiscard]] Mark mark() const {
    return {journal.entry_count(), batches.size(), touched.size(), deleted.size(),
            dropped.size(),        sealed.size(),  metadata.size()};
  }
  void rewind(const Mark& mark) {
    journal.rewind(mark.entries);
    batches.resize(mark.batches);
    touched.resize(mark.touched);
    deleted.resize(mark.deleted);
    dropped.resize(mark.dropped);
    sealed.resize(mark.sealed);
    metadata.resize(mark.metadata);
  }
};

}  // namespace tarn::storage
