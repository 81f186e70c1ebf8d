// An allowance that fills at a steady rate.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include "platform/os/clock.h"

namespace tarn::access {

// Holds at most what comes in in kBurst. What is used beyond it is a debt that later time pays, so
// over a long time exactly the rate is used, however large the single pieces are. Starts full.
class TokenBucket {
 public:
  static constexpr std::chrono::duration<double> kBurst{1.0};

  // rate: a second, above 0; it may change from call to call. How long the debt takes to pay.
  Millis charge(double amount, double rate, os::MonotonicTime now) {
    fill(rate, now);
    level_ -= amount;
    return wait(rate);
  }
  // Until the debt is paid; 0 when there is none.
  Millis debt(double rate, os::MonotonicTime now) {
    fill(rate, now);
    return wait(rate);
  }
  // As if it had never been used.
  [[nodiscard]] bool is_full(double rate, os::MonotonicTime now) const {
    if (!filled_) return true;
    const std::chrono::duration<double> passed = now - *filled_;
    return level_ + passed.count() * rate >= rate * kBurst.count();
  }

 private:
  void fill(double rate, os::MonotonicTime now) {
    const double most = rate * kBurst.count();
    if (!filled_) {
      level_ = most;
      filled_ = now;
    }
    const std::chrono::duration<double> passed = now - *filled_;
    level_ = std::min(most, level_ + passed.count() * rate);
    filled_ = now;
  }
  [[nodiscard]] Millis wait(double rate) const {
    if (level_ >= 0) return Millis(0);
    const double millis = std::ceil(-level_ / rate * 1000);
    return Millis(static_cast<int64_t>(std::min(millis, 2e9)));
  }

  double level_ = 0;
  std::optional<os::MonotonicTime> filled_;
};

}  // namespace tarn::access
