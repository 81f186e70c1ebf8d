// SipHash-2-4 with 128 bits (Aumasson and Bernstein, https://www.aumasson.jp/siphash/): a hash with
// a key, so that nobody who does not know the key can make two inputs meet.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace tarn {

struct SipKey {
  uint64_t first = 0;
  uint64_t second = 0;
};

struct SipHash {
  uint64_t first = 0;
  uint64_t second = 0;
  bool operator==(const SipHash&) const = default;
};

SipHash siphash(BytesView bytes, const SipKey& key);

}  // namespace tarn
