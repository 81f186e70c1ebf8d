#include "base/siphash.h"

#include <bit>
#include <cstring>

namespace tarn {
namespace {

uint64_t load(const std::byte* bytes, size_t count) {
  uint64_t word = 0;
  for (size_t i = 0; i < count; ++i) word |= std::to_integer<uint64_t>(bytes[i]) << (8 * i);
  return word;
}

struct State {
  uint64_t v0, v1, v2, v3;

  void round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }
  void take(uint64_t word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
  uint64_t finish() {
    for (int i = 0; i < 4; ++i) round();
    return v0 ^ v1 ^ v2 ^ v3;
  }
};

}  // namespace

SipHash siphash(BytesView bytes, const SipKey& key) {
  constexpr size_t kWord = 8;
  State state{.v0 = key.first ^ 0x736f6d6570736575,
              .v1 = key.second ^ 0x646f72616e646f6d ^ 0xee,
              .v2 = key.first ^ 0x6c7967656e657261,
              .v3 = key.second ^ 0x7465646279746573};
  const size_t whole = bytes.size() / kWord * kWord;
  for (size_t i = 0; i < whole; i += kWord) state.take(load(bytes.data() + i, kWord));
  const uint64_t length = uint64_t{bytes.size()} << 56;
  state.take(length | load(bytes.data() + whole, bytes.size() - whole));
  SipHash hash;
  state.v2 ^= 0xee;
  hash.first = state.finish();
  state.v1 ^= 0xdd;
  hash.second = state.finish();
  return hash;
}

}  // namespace tarn
