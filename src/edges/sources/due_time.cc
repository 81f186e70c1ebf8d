#include "edges/sources/due_time.h"

#include <algorithm>

namespace tarn::sources {
namespace {

constexpr Millis kClockStep{1'000};  // less is what time services do all the time
constexpr Millis kLongestSleep{30'000};

}  // namespace

void DueTime::set(Timestamp at) {
  at_ = at;
  seen_ = clock_.now();
  seen_monotonic_ = clock_.monotonic();
}

Millis DueTime::sleep() const {
  return std::min(at_ - clock_.now(), kLongestSleep);
}

bool DueTime::follow_clock() {
  const auto passed = std::chrono::duration_cast<Millis>(clock_.monotonic() - seen_monotonic_);
  const Millis step = clock_.now() - seen_ - passed;
  const bool was_set_back = step <= -kClockStep;
  set(was_set_back ? at_ + step : at_);
  return was_set_back;
}

}  // namespace tarn::sources
