// The newest batches of all logs in memory, so that whoever follows a log never waits for the disk.
// When the budget is used up the oldest batches go first. Any thread.
#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <optional>

#include "base/bytes.h"
#include "base/ids.h"
#include "engines/storage/engine.h"

namespace tarn::storage {

class TailCache {
 public:
  explicit TailCache(size_t bytes_max) : bytes_max_(bytes_max) {}

  // Of one log in offset order.
  void insert(LogId log, Offset base, Offset next, SharedBytes batch);
  // None when the batch that contains `from` is not here. Batches below end only.
  [[nodiscard]] std::optional<ReadResult> read(LogId log, Offset from, Offset end,
                                               size_t bytes_max) const;
  void drop(LogId log);
  // What begins before `end` was compacted.
  void drop_before(LogId log, Offset end);
  [[nodiscard]] size_t bytes() const;

 private:
  struct CachedBatch {
    Offset base;
    Offset next;
    SharedBytes bytes;
  };
  void evict_oldest();

  const size_t bytes_max_;
  mutable std::mutex mutex_;
  size_t bytes_ = 0;
  std::map<LogId, std::deque<CachedBatch>> by_log_;
  std::deque<LogId> arrivals_;  // one for each batch, oldest first
};

}  // namespace tarn::storage
