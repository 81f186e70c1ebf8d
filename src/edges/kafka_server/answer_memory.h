// A bound on the memory of the answers that wait for slow readers.
#pragma once

#include <algorithm>
#include <cstddef>

namespace tarn::kafka_server {

// Fetches ask for their share and get less the more is under way, down to a step that always goes:
// an answer may be short (KIP-74), and the client asks again. I/O thread.
class AnswerMemory {
 public:
  explicit AnswerMemory(size_t bytes_max) : bytes_max_(bytes_max) {}

  [[nodiscard]] size_t share(size_t wanted) const {
    const size_t rest = bytes_max_ - std::min(bytes_max_, taken_);
    return std::min(wanted, std::max(kAlways, rest / 4));
  }
  void take(size_t bytes) { taken_ += bytes; }
  void give_back(size_t bytes) { taken_ -= bytes; }

  static constexpr size_t kAlways = 64 << 10;

 private:
  size_t bytes_max_;
  size_t taken_ = 0;
};

}  // namespace tarn::kafka_server
