#include "platform/os/clock.h"

namespace tarn::os {

Timestamp SystemClock::now() const {
  return std::chrono::floor<Millis>(std::chrono::system_clock::now());
}

MonotonicTime SystemClock::monotonic() const {
  return std::chrono::steady_clock::now();
}

}  // namespace tarn::os
