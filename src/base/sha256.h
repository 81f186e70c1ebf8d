// SHA-256 (FIPS 180-4), for names and comparisons of content.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/bytes.h"

namespace tarn {

std::array<uint8_t, 32> sha256(BytesView bytes);
// The first bytes of the digest in hex digits; length_bytes at most 32.
std::string sha256_hex(BytesView bytes, size_t length_bytes = 32);

}  // namespace tarn
