// The aborted transactions of one log, for readers.
#pragma once

#include <deque>
#include <shared_mutex>
#include <vector>

#include "engines/storage/types.h"

namespace tarn::storage {

// The committer adds what is durable; any thread reads.
class AbortedIndex {
 public:
  // known: all of the log, by their markers. Takes up those it has not seen yet, and forgets what
  // lies before start.
  void catch_up(const std::vector<AbortedTransaction>& known, Offset start);
  // Those with records in [from, to), and perhaps some more, by their markers.
  [[nodiscard]] std::vector<AbortedTransaction> find(Offset from, Offset to) const;

 private:
  mutable std::shared_mutex mutex_;
  std::deque<AbortedTransaction> transactions_;
};

}  // namespace tarn::storage
