#include "formats/record/compression.h"

#include <string>

#include <gtest/gtest.h>
#include <snappy.h>

#include "base/random.h"

namespace tarn::record {
namespace {

struct Compression : ::testing::TestWithParam<Codec> {
  static std::string text(size_t bytes) {
    Random random(7);
    std::string made;
    while (made.size() < bytes) made += "delay=" + std::to_string(random.below(900)) + ";";
    made.resize(bytes);
    return made;
  }
  static std::string unpack(BytesView packed) {
    auto plain = decompress(GetParam(), packed);
    return plain ? std::string(as_text(*plain)) : plain.error().message();
  }
};

TEST_P(Compression, WhatIsPackedUnpacks) {
  for (size_t bytes : {size_t{1}, size_t{100}, size_t{32 * 1024}, size_t{1'000'003}}) {
    const auto plain = text(bytes);
    EXPECT_EQ(unpack(compress(GetParam(), as_bytes(plain))), plain) << bytes;
  }
}

TEST_P(Compression, OutputPastTheLimitIsRefused) {
  auto packed = compress(GetParam(), as_bytes(std::string(1 << 20, 'a')));
  auto plain = decompress(GetParam(), packed, 100'000);
  ASSERT_FALSE(plain);
  EXPECT_EQ(plain.error().code(), ErrorCode::resource_exhausted);
}

TEST_P(Compression, CutInputIsCorruptOrShorter) {
  const auto plain = text(5000);
  auto packed = compress(GetParam(), as_bytes(plain));
  for (size_t kept = 1; kept < packed.size(); ++kept) {
    auto cut = decompress(GetParam(), BytesView(packed).first(kept));
    if (cut) {
      EXPECT_LT(cut->size(), plain.size());
    } else {
      EXPECT_EQ(cut.error().code(), ErrorCode::corrupt);
    }
  }
}

TEST_P(Compression, NoiseNeverUnpacksPastItsLimit) {
  Random random(11);
  for (int round = 0; round < 500; ++round) {
    Bytes noise(random.below(200));
    for (auto& byte : noise) byte = static_cast<std::byte>(random());
    auto plain = decompress(GetParam(), noise, 1 << 16);
    if (plain) EXPECT_LE(plain->size(), 1U << 16);
  }
}

INSTANTIATE_TEST_SUITE_P(Codecs, Compression,
                         ::testing::Values(Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd));

TEST(Gzip, MembersOneBehindTheOtherAreOneStream) {
  auto packed = compress(Codec::gzip, as_bytes("ab"));
  auto more = compress(Codec::gzip, as_bytes("cd"));
  packed.insert(packed.end(), more.begin(), more.end());
  EXPECT_EQ(as_text(*decompress(Codec::gzip, packed)), "abcd");
}

TEST(Snappy, APlainBlockWithoutFramingIsRead) {
  std::string packed;
  const std::string plain(1000, 'x');
  snappy::Compress(plain.data(), plain.size(), &packed);
  EXPECT_EQ(as_text(*decompress(Codec::snappy, as_bytes(packed))), plain);
}

TEST(Snappy, FramedStreamsOneBehindTheOtherAreOneStream) {
  auto packed = compress(Codec::snappy, as_bytes("ab"));
  auto more = compress(Codec::snappy, as_bytes("cd"));
  packed.insert(packed.end(), more.begin(), more.end());
  EXPECT_EQ(as_text(*decompress(Codec::snappy, packed)), "abcd");
}

TEST(Snappy, ABlockThatClaimsGigabytesIsCorrupt) {
  const std::string claims("\xff\xff\xff\xff\x0f\x00", 6);  // 4 GiB - 1, then one byte
  auto plain = decompress(Codec::snappy, as_bytes(claims));
  EXPECT_EQ(plain.error().code(), ErrorCode::corrupt);
}

}  // namespace
}  // namespace tarn::record
