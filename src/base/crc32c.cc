#include "base/crc32c.h"

#include <array>
#include <cstring>

#if defined(__SSE4_2__)
#include <nmmintrin.h>
#endif

namespace tarn {
namespace {

constexpr uint32_t kPolynomialReflected = 0x82f63b78;

// Polynomials over GF(2) modulo the crc's own; the highest bit is the coefficient of x^0.
constexpr uint32_t multiply(uint32_t a, uint32_t b) {
  uint32_t product = 0;
  for (uint32_t bit = uint32_t{1} << 31; bit != 0; bit >>= 1) {
    if ((a & bit) != 0) product ^= b;
    b = (b >> 1) ^ ((b & 1) != 0 ? kPolynomialReflected : 0);
  }
  return product;
}

// [k] is x^(8 * 2^k): multiplying by it appends 2^k zero bytes.
constexpr auto kZeroBytes = [] {
  std::array<uint32_t, 64> powers{};
  powers[0] = uint32_t{1} << (31 - 8);
  for (size_t k = 1; k < powers.size(); ++k) powers[k] = multiply(powers[k - 1], powers[k - 1]);
  return powers;
}();

#if defined(__SSE4_2__)

// The instruction has a latency of three and a throughput of one: three lanes of kLane bytes run
// side by side and are joined by advancing a crc over kLane zero bytes, a linear map kept in a
// table of four times 256 entries.
constexpr size_t kLane = 1024;

uint32_t advance_one_byte(uint32_t crc) {
  return static_cast<uint32_t>(_mm_crc32_u8(crc, 0));
}

using ShiftTable = std::array<std::array<uint32_t, 256>, 4>;

ShiftTable make_shift_table() {
  ShiftTable table{};
  std::array<uint32_t, 32> columns{};
  for (size_t bit = 0; bit < 32; ++bit) {
    uint32_t crc = uint32_t{1} << bit;
    for (size_t i = 0; i < kLane; ++i) crc = advance_one_byte(crc);
    columns[bit] = crc;
  }
  for (size_t lane = 0; lane < 4; ++lane) {
    for (size_t value = 0; value < 256; ++value) {
      uint32_t crc = 0;
      for (size_t bit = 0; bit < 8; ++bit) {
        if ((value >> bit) & 1) crc ^= columns[lane * 8 + bit];
      }
      table[lane][value] = crc;
    }
  }
  return table;
}

uint32_t advance_lane(uint32_t crc) {
  static const ShiftTable kTable = make_shift_table();
  return kTable[0][crc & 0xff] ^ kTable[1][(crc >> 8) & 0xff] ^ kTable[2][(crc >> 16) & 0xff] ^
         kTable[3][crc >> 24];
}

uint64_t load(const std::byte* at) {
  uint64_t word = 0;
  std::memcpy(&word, at, sizeof(word));
  return word;
}

uint32_t update(uint32_t crc, const std::byte* at, size_t length) {
  while (length >= 3 * kLane) {
    uint64_t a = crc;
    uint64_t b = 0;
    uint64_t c = 0;
    for (size_t i = 0; i < kLane; i += 8) {
      a = _mm_crc32_u64(a, load(at + i));
      b = _mm_crc32_u64(b, load(at + kLane + i));
      c = _mm_crc32_u64(c, load(at + 2 * kLane + i));
    }
    crc = advance_lane(static_cast<uint32_t>(a)) ^ static_cast<uint32_t>(b);
    crc = advance_lane(crc) ^ static_cast<uint32_t>(c);
    at += 3 * kLane;
    length -= 3 * kLane;
  }
  uint64_t wide = crc;
  for (; length >= 8; at += 8, length -= 8) wide = _mm_crc32_u64(wide, load(at));
  crc = static_cast<uint32_t>(wide);
  for (; length > 0; ++at, --length) crc = _mm_crc32_u8(crc, std::to_integer<uint8_t>(*at));
  return crc;
}

#else

std::array<uint32_t, 256> make_table() {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) ? kPolynomialReflected : 0);
    table[i] = crc;
  }
  return table;
}

uint32_t update(uint32_t crc, const std::byte* at, size_t length) {
  static const auto kTable = make_table();
  for (size_t i = 0; i < length; ++i) {
    crc = kTable[(crc ^ std::to_integer<uint32_t>(at[i])) & 0xff] ^ (crc >> 8);
  }
  return crc;
}

#endif

}  // namespace

uint32_t crc32c(BytesView bytes, uint32_t seed) {
  return ~update(~seed, bytes.data(), bytes.size());
}

uint32_t crc32c_joined(uint32_t first, uint32_t second, size_t second_length) {
  for (size_t k = 0; second_length >> k != 0; ++k) {
    if (((second_length >> k) & 1) != 0) first = multiply(first, kZeroBytes[k]);
  }
  return first ^ second;
}

}  // namespace tarn
