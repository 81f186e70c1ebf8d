// Times of many operations, as the benchmarks tell them.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

namespace tarn::bench {

using Clock = std::chrono::steady_clock;

inline double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

class Latencies {
 public:
  void add(double seconds) { seconds_.push_back(seconds); }
  void add(const Latencies& other) {
    seconds_.insert(seconds_.end(), other.seconds_.begin(), other.seconds_.end());
  }
  [[nodiscard]] size_t count() const { return seconds_.size(); }

  // In milliseconds; share between 0 and 1.
  double at(double share) {
    if (seconds_.empty()) return 0;
    auto place =
        seconds_.begin() + static_cast<ptrdiff_t>(share * static_cast<double>(seconds_.size() - 1));
    std::nth_element(seconds_.begin(), place, seconds_.end());
    return *place * 1000;
  }

 private:
  std::vector<double> seconds_;
};

}  // namespace tarn::bench
