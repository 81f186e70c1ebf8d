// Time as a collaborator. Only this module names the system's clocks.
#pragma once

#include <chrono>

#include "base/time.h"

namespace tarn::os {

using MonotonicTime = std::chrono::steady_clock::time_point;

class Clock {
 public:
  virtual ~Clock() = default;
  // What a person's watch shows; may step in both directions. Any thread.
  virtual Timestamp now() const = 0;
  // Never goes back; for durations and deadlines. Any thread.
  virtual MonotonicTime monotonic() const = 0;
};

class SystemClock final : public Clock {
 public:
  Timestamp now() const override;
  MonotonicTime monotonic() const override;
};

}  // namespace tarn::os
