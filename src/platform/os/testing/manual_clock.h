// A clock that stands still until a test moves it.
#pragma once

#include "platform/os/clock.h"

namespace tarn::os::testing {

class ManualClock final : public Clock {
 public:
  explicit ManualClock(Timestamp start = from_unix_millis(1'725'190'561'000)) : now_(start) {}
  Timestamp now() const override { return now_; }
  MonotonicTime monotonic() const override { return monotonic_; }

  void advance(Millis by) {
    now_ += by;
    monotonic_ += by;
  }
  // A step of the wall clock alone, as by an administrator.
  void set(Timestamp at) { now_ = at; }

 private:
  Timestamp now_;
  MonotonicTime monotonic_{};
};

}  // namespace tarn::os::testing
