// The sparse index of one segment, in memory.
#pragma once

#include <span>
#include <vector>

#include "engines/storage/index_format.h"
#include "formats/record/batch_header.h"

namespace tarn::storage {

class LogIndex {
 public:
  // covered_from: where in the segment the batches begin that add() will be told of, and the latest
  // timestamp of those before.
  LogIndex(uint32_t interval_bytes, uint64_t covered_from, Timestamp max_before)
      : interval_bytes_(interval_bytes),
        covered_from_(covered_from),
        covered_to_(covered_from),
        max_timestamp_(max_before) {}

  // Every batch, in order.
  void add(const record::BatchHeader& header, uint64_t position);
  // Puts what is known of the batches before covered_from() in front; front ends there.
  void prepend(const LogIndex& front);
  void restore(std::vector<IndexEntry> entries, uint64_t covered_to);

  // The last entry at or before an offset; none: from the start of the segment.
  [[nodiscard]] const IndexEntry* at_or_before(Offset offset) const;
  // The last entry with only older batches before it.
  [[nodiscard]] const IndexEntry* before_time(Timestamp at) const;

  [[nodiscard]] uint64_t covered_from() const { return covered_from_; }
  [[nodiscard]] uint64_t covered_to() const { return covered_to_; }
  [[nodiscard]] Timestamp max_timestamp() const { return max_timestamp_; }
  [[nodiscard]] std::span<const IndexEntry> entries() const { return entries_; }

 private:
  void thin_out();

  uint64_t interval_bytes_;
  uint64_t covered_from_;
  uint64_t covered_to_;
  Timestamp max_timestamp_;
  std::vector<IndexEntry> entries_;
};

}  // namespace tarn::storage
