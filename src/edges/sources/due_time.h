// The time of a source's next call, which follows the clock when somebody sets it back: a pause is
// as long as it was meant to be. Set forth, the clock makes the next call early at most.
#pragma once

#include "base/time.h"
#include "platform/os/clock.h"

namespace tarn::sources {

class DueTime {
 public:
  explicit DueTime(const os::Clock& clock) : clock_(clock) {}

  void set(Timestamp at);
  [[nodiscard]] Timestamp at() const { return at_; }
  [[nodiscard]] bool is_reached() const { return clock_.now() >= at_; }
  // What is left until then; 30 s at most, so that a step of the clock is noticed.
  [[nodiscard]] Millis sleep() const;
  // To be called after a sleep. True when the clock was set back meanwhile, and the time with it.
  bool follow_clock();

 private:
  const os::Clock& clock_;
  Timestamp at_{};
  Timestamp seen_{};  // the clock when it was last looked at, and the time that never steps
  os::MonotonicTime seen_monotonic_{};
};

}  // namespace tarn::sources
