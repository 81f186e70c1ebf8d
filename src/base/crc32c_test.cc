#include "base/crc32c.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace tarn {
namespace {

// RFC 3720, appendix B.4.
TEST(Crc32c, VectorsOfTheStandard) {
  EXPECT_EQ(crc32c(Bytes(32, std::byte{0})), 0x8a9136aaU);
  EXPECT_EQ(crc32c(Bytes(32, std::byte{0xff})), 0x62a8ab43U);
  EXPECT_EQ(crc32c(as_bytes("123456789")), 0xe3069283U);
}

uint32_t bit_by_bit(BytesView bytes) {
  uint32_t crc = 0xffffffff;
  for (std::byte byte : bytes) {
    crc ^= std::to_integer<uint32_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) ? 0x82f63b78 : 0);
  }
  return ~crc;
}

TEST(Crc32c, LanesAgreeWithTheDefinition) {
  Random random(1);
  Bytes bytes(10'000);
  for (auto& byte : bytes) byte = static_cast<std::byte>(random());
  for (size_t length : {0U, 1U, 7U, 8U, 9U, 3071U, 3072U, 3073U, 6144U, 9999U}) {
    auto part = BytesView(bytes).first(length);
    EXPECT_EQ(crc32c(part), bit_by_bit(part)) << length;
  }
}

TEST(Crc32c, ContinuesFromASeed) {
  auto text = as_bytes("123456789");
  EXPECT_EQ(crc32c(text.subspan(4), crc32c(text.first(4))), 0xe3069283U);
}

TEST(Crc32c, OfTwoPartsFollowsFromTheirs) {
  Random random(2);
  Bytes bytes(10'000);
  for (auto& byte : bytes) byte = static_cast<std::byte>(random());
  const uint32_t seed = 0x1234567;
  for (size_t split : {0U, 1U, 21U, 4096U, 9999U, 10'000U}) {
    const auto first = BytesView(bytes).first(split);
    const auto second = BytesView(bytes).subspan(split);
    EXPECT_EQ(crc32c_joined(crc32c(first, seed), crc32c(second), second.size()),
              crc32c(bytes, seed))
        << split;
  }
}

}  // namespace
}  // namespace tarn
