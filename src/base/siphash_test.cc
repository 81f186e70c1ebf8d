#include "base/siphash.h"

#include <gtest/gtest.h>

namespace tarn {
namespace {

// The inputs of the reference implementation: the bytes 0, 1, 2, ... under the key 0, 1, ... 15.
// Its outputs are two little-endian words.
SipHash hash_of_first_bytes(size_t count) {
  Bytes input;
  for (size_t i = 0; i < count; ++i) input.push_back(static_cast<std::byte>(i));
  return siphash(input, {.first = 0x0706050403020100, .second = 0x0f0e0d0c0b0a0908});
}

TEST(SipHashTest, AgreesWithTheReference) {
  EXPECT_EQ(hash_of_first_bytes(0), (SipHash{0xe6a825ba047f81a3, 0x930255c71472f66d}));
  EXPECT_EQ(hash_of_first_bytes(1), (SipHash{0x44af996bd8c187da, 0x45fc229b11597634}));
  EXPECT_EQ(hash_of_first_bytes(8), (SipHash{0x61f55862baa9623b, 0xb49714f364e2830f}));
  EXPECT_EQ(hash_of_first_bytes(15), (SipHash{0x11a8b03399e99354, 0xd9c3cf970fec087e}));
}

TEST(SipHashTest, AnotherKeyGivesAnotherHash) {
  const Bytes input(3);
  EXPECT_NE(siphash(input, {.first = 1, .second = 2}), siphash(input, {.first = 2, .second = 1}));
}

}  // namespace
}  // namespace tarn
