// A clock for tests of pipelines.
#pragma once

#include <optional>

#include "platform/os/clock.h"

namespace tarn::app {

// The time of day stands still where a test says so; durations and deadlines go on.
class FrozenClock final : public os::Clock {
 public:
  explicit FrozenClock(std::optional<Timestamp> at) : at_(at) {}
  Timestamp now() const override { return at_ ? *at_ : real_.now(); }
  os::MonotonicTime monotonic() const override { return real_.monotonic(); }

 private:
  std::optional<Timestamp> at_;
  os::SystemClock real_;
};

}  // namespace tarn::app
