#include "edges/sources/backoff.h"

#include <algorithm>

namespace tarn::sources {

Millis backoff(const BackoffOptions& options, int attempt, std::optional<Millis> asked_for,
               Random& random) {
  Millis wait = options.first;
  for (int i = 1; i < attempt && wait < options.most; ++i) wait *= 2;
  wait = std::min(wait, options.most);
  const auto half = static_cast<uint64_t>(wait.count() / 2);
  wait -= Millis(static_cast<int64_t>(random.below(half + 1)));
  return asked_for ? std::max(*asked_for, wait) : wait;
}

}  // namespace tarn::sources
