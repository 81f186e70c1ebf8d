#include "engines/storage/log_index.h"

#include <algorithm>

#include "base/check.h"

namespace tarn::storage {

void LogIndex::add(const record::BatchHeader& header, uint64_t position) {
  if (position < covered_to_) return;
  if (entries_.empty() || position - entries_.back().position >= interval_bytes_) {
    entries_.push_back({header.base_offset, position, max_timestamp_});
    if (entries_.size() > kIndexEntriesMax) thin_out();
  }
  covered_to_ = position + header.total_bytes;
  max_timestamp_ = std::max(max_timestamp_, header.max_timestamp);
}

void LogIndex::thin_out() {
  size_t kept = 0;
  for (size_t i = 0; i < entries_.size(); i += 2) entries_[kept++] = entries_[i];
  entries_.resize(kept);
  interval_bytes_ *= 2;
}

void LogIndex::prepend(const LogIndex& front) {
  check(front.covered_to_ == covered_from_, "the indexes meet");
  entries_.insert(entries_.begin(), front.entries_.begin(), front.entries_.end());
  covered_from_ = front.covered_from_;
  interval_bytes_ = std::max(interval_bytes_, front.interval_bytes_);
  while (entries_.size() > kIndexEntriesMax) thin_out();
}

void LogIndex::restore(std::vector<IndexEntry> entries, uint64_t covered_to) {
  entries_ = std::move(entries);
  covered_to_ = covered_to;
}

const IndexEntry* LogIndex::at_or_before(Offset offset) const {
  const auto after = std::ranges::upper_bound(entries_, offset, {}, &IndexEntry::offset);
  return after == entries_.begin() ? nullptr : &*std::prev(after);
}

const IndexEntry* LogIndex::before_time(Timestamp at) const {
  const auto late = std::ranges::lower_bound(entries_, at, {}, &IndexEntry::max_before);
  return late == entries_.begin() ? nullptr : &*std::prev(late);
}

}  // namespace tarn::storage
