// Small fast pseudo-random numbers (xoshiro256**, Blackman and Vigna), seeded by the caller so that
// every run can be repeated. Not for secrets.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <limits>

namespace tarn {

class Random {
 public:
  using result_type = uint64_t;

  explicit Random(uint64_t seed) {
    for (auto& word : state_) {  // splitmix64
      seed += 0x9e3779b97f4a7c15;
      uint64_t mixed = seed;
      mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
      mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
      word = mixed ^ (mixed >> 31);
    }
  }

  uint64_t operator()() {
    const uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  // Uniform in [0, bound); bound > 0.
  uint64_t below(uint64_t bound) { return (*this)() % bound; }

  static constexpr uint64_t min() { return 0; }
  static constexpr uint64_t max() { return std::numeric_limits<uint64_t>::max(); }

 private:
  std::array<uint64_t, 4> state_{};
};

}  // namespace tarn
