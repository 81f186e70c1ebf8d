#include "engines/storage/aborted_index.h"

#include <algorithm>
#include <mutex>

namespace tarn::storage {

void AbortedIndex::catch_up(const std::vector<AbortedTransaction>& known, Offset start) {
  const std::unique_lock lock(mutex_);
  const auto fresh = transactions_.empty()
                         ? known.begin()
                         : std::ranges::upper_bound(known, transactions_.back().marker, {},
                                                    &AbortedTransaction::marker);
  transactions_.insert(transactions_.end(), fresh, known.end());
  while (!transactions_.empty() && transactions_.front().marker < start) transactions_.pop_front();
  // A compaction has made the log forget some.
  if (transactions_.size() != known.size()) transactions_.assign(known.begin(), known.end());
}

std::vector<AbortedTransaction> AbortedIndex::find(Offset from, Offset to) const {
  const std::shared_lock lock(mutex_);
  std::vector<AbortedTransaction> found;
  auto next = std::ranges::lower_bound(transactions_, from, {}, &AbortedTransaction::marker);
  for (; next != transactions_.end(); ++next) {
    if (next->first < to) found.push_back(*next);
    // With this marker all that began before `to` was decided.
    if (next->stable >= to) break;
  }
  return found;
}

}  // namespace tarn::storage
