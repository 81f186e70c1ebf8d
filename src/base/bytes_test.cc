#include "base/bytes.h"

#include <limits>

#include <gtest/gtest.h>

namespace tarn {
namespace {

TEST(Bytes, IntegersAreBigEndian) {
  ByteWriter writer;
  writer.write_i32(0x01020304);
  EXPECT_EQ(as_text(writer.view()), std::string_view("\x01\x02\x03\x04", 4));
}

TEST(Bytes, WhatIsWrittenIsRead) {
  ByteWriter writer;
  writer.write_i8(-1);
  writer.write_i16(-2);
  writer.write_i64(std::numeric_limits<int64_t>::min());
  writer.write_f64(-0.5);
  writer.write_text("abc");
  ByteReader reader(writer.view());
  EXPECT_EQ(reader.read_i8(), -1);
  EXPECT_EQ(reader.read_i16(), -2);
  EXPECT_EQ(reader.read_i64(), std::numeric_limits<int64_t>::min());
  EXPECT_EQ(reader.read_f64(), -0.5);
  EXPECT_EQ(as_text(reader.read_bytes(3)), "abc");
  EXPECT_EQ(reader.remaining(), 0U);
  EXPECT_TRUE(reader.status());
}

TEST(Bytes, VarintsRoundTripAtTheirEdges) {
  for (int64_t value : {int64_t{0}, int64_t{-1}, int64_t{63}, int64_t{64}, int64_t{-65},
                        std::numeric_limits<int64_t>::max(), std::numeric_limits<int64_t>::min()}) {
    ByteWriter writer;
    writer.write_varint(value);
    ByteReader reader(writer.view());
    EXPECT_EQ(reader.read_varint(), value);
    EXPECT_EQ(reader.remaining(), 0U);
  }
}

TEST(Bytes, AReadPastTheEndFailsOnceAndForAll) {
  ByteReader reader(as_bytes("\x01"));
  EXPECT_EQ(reader.read_i32(), 0);
  EXPECT_EQ(reader.read_i8(), 0);
  EXPECT_EQ(reader.status().error().code(), ErrorCode::corrupt);
}

TEST(Bytes, AVarintThatNeverEndsFails) {
  Bytes endless(11, std::byte{0x80});
  ByteReader reader(endless);
  reader.read_unsigned_varint();
  EXPECT_TRUE(reader.failed());
}

TEST(Bytes, ASliceKeepsItsBufferAlive) {
  SharedBytes slice;
  {
    ByteWriter writer;
    writer.write_text("hello world");
    slice = SharedBytes(std::move(writer).take()).slice(6, 5);
  }
  EXPECT_EQ(as_text(slice.view()), "world");
}

}  // namespace
}  // namespace tarn
