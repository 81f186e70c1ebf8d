#include "engines/storage/tail_cache.h"

#include <algorithm>

namespace tarn::storage {

void TailCache::insert(LogId log, Offset base, Offset next, SharedBytes batch) {
  const std::lock_guard lock(mutex_);
  bytes_ += batch.size();
  by_log_[log].push_back({base, next, std::move(batch)});
  arrivals_.push_back(log);
  while (bytes_ > bytes_max_) evict_oldest();
}

void TailCache::evict_oldest() {
  const auto found = by_log_.find(arrivals_.front());
  arrivals_.pop_front();
  bytes_ -= found->second.front().bytes.size();
  found->second.pop_front();
  if (found->second.empty()) by_log_.erase(found);
}

std::optional<ReadResult> TailCache::read(LogId log, Offset from, Offset end,
                                          size_t bytes_max) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_log_.find(log);
  if (found == by_log_.end()) return std::nullopt;
  const auto& batches = found->second;
  auto batch = std::ranges::upper_bound(batches, from, {}, &CachedBatch::next);
  if (batch == batches.end() || batch->base > from || batch->next > end) return std::nullopt;
  ReadResult result{.next = from};
  size_t bytes = 0;
  for (; batch != batches.end() && batch->next <= end; ++batch) {
    bytes += batch->bytes.size();
    if (!result.batches.empty() && bytes > bytes_max) break;
    result.batches.push_back(batch->bytes);
    result.next = batch->next;
  }
  return result;
}

void TailCache::drop(LogId log) {
  const std::lock_guard lock(mutex_);
  const auto found = by_log_.find(log);
  if (found == by_log_.end()) return;
  for (const CachedBatch& batch : found->second) bytes_ -= batch.bytes.size();
  by_log_.erase(found);
  std::erase(arrivals_, log);
}

void TailCache::drop_before(LogId log, Offset end) {
  const std::lock_guard lock(mutex_);
  const auto found = by_log_.find(log);
  if (found == by_log_.end()) return;
  auto& batches = found->second;
  size_t dropped = 0;
  for (; !batches.empty() && batches.front().base < end; ++dropped) {
    bytes_ -= batches.front().bytes.size();
    batches.pop_front();
  }
  if (batches.empty()) by_log_.erase(found);
  // Its oldest arrivals are the batches that went.
  std::erase_if(arrivals_, [&](LogId arrived) {
    if (arrived != log || dropped == 0) return false;
    --dropped;
    return true;
  });
}

size_t TailCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

}  // namespace tarn::storage
