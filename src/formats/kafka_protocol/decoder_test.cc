#include "formats/kafka_protocol/decoder.h"

#include <gtest/gtest.h>

#include "formats/kafka_protocol/create_topics.h"
#include "formats/kafka_protocol/encoder.h"
#include "formats/kafka_protocol/fetch.h"
#include "formats/kafka_protocol/metadata.h"

namespace tarn::kafka_protocol {
namespace {

struct OneTag {
  std::string_view rack;
  static void describe(auto& m, auto& visit) { visit.tagged(0, m.rack); }
};

struct Decoding : ::testing::Test {
  ByteWriter bytes;

  template <class Message>
  Result<Message> read(int16_t version) {
    return decode<Message>(bytes.view(), version);
  }
};

TEST_F(Decoding, StringsAndArraysBorrowFromTheInput) {
  bytes.write_i32(1);
  bytes.write_i16(3);
  bytes.write_text("abc");
  auto request = *read<MetadataRequest>(1);
  auto name = *request.topics->at(0).name;
  EXPECT_EQ(name, "abc");
  EXPECT_EQ(static_cast<const void*>(name.data()), bytes.view().data() + 6);
}

TEST_F(Decoding, NullAndEmptyAreNotTheSame) {
  bytes.write_i32(-1);
  EXPECT_FALSE(read<MetadataRequest>(1)->topics);
  bytes.patch_i32(0, 0);
  EXPECT_TRUE(read<MetadataRequest>(1)->topics->empty());
}

TEST_F(Decoding, NullWhereNoneIsAllowedIsCorrupt) {
  bytes.write_i32(-1);
  EXPECT_EQ(read<MetadataRequest>(0).error().code(), ErrorCode::corrupt);
}

struct Inner {
  int16_t number = 0;
  static void describe(auto& m, auto& visit) { visit.field(m.number); }
};
struct Outer {
  static constexpr Api kApi{.key = 0, .name = "Outer", .flexible_from = 0};
  std::optional<Inner> inner;
  static void describe(auto& m, auto& visit) { visit.field(m.inner, {.nullable_from = 1}); }
};

TEST_F(Decoding, AStructThatMayBeNullHasAByteBeforeIt) {
  bytes.write_text(std::string_view("\x01\x00\x07\x00\x00", 5));
  EXPECT_EQ(read<Outer>(1)->inner->number, 7);
  EXPECT_EQ(encode(*read<Outer>(1), 1).joined().size(), 5U);
  bytes = {};
  bytes.write_text(std::string_view("\xff\x00", 2));
  EXPECT_FALSE(read<Outer>(1)->inner);
  EXPECT_EQ(encode(*read<Outer>(1), 1).joined().size(), 2U);
}

TEST_F(Decoding, AStructThatMayNotBeNullHasNone) {
  bytes.write_text(std::string_view("\x00\x07\x00\x00", 4));
  EXPECT_EQ(read<Outer>(0)->inner->number, 7);
}

// As sent by librdkafka 2.16.1 for the metadata of all topics.
TEST_F(Decoding, BytesAfterTheMessageAreIgnored) {
  bytes.write_text(std::string_view("\x00\x00\x00\x00\x01\x00\x00", 7));
  const auto request = read<MetadataRequest>(13);
  ASSERT_TRUE(request);
  EXPECT_FALSE(request->topics);
}

TEST_F(Decoding, UnknownTagsAreSkipped) {
  bytes.write_unsigned_varint(1);  // no topics
  bytes.write_i8(1);
  bytes.write_i8(0);
  bytes.write_unsigned_varint(1);  // one tagged field
  bytes.write_unsigned_varint(99);
  bytes.write_unsigned_varint(3);
  bytes.write_text("new");
  EXPECT_TRUE(read<MetadataRequest>(12));
}

TEST_F(Decoding, ATagThatIsLongerThanItsFieldIsCorrupt) {
  bytes.write_unsigned_varint(1);  // one tagged field
  bytes.write_unsigned_varint(0);  // the rack
  bytes.write_unsigned_varint(4);
  bytes.write_unsigned_varint(2);  // a string of one byte
  bytes.write_text("abc");
  Decoder decoder(bytes.view(), 12, true);
  OneTag message;
  decoder.read(message);
  EXPECT_FALSE(decoder.finish());
}

TEST_F(Decoding, AnArrayThatClaimsMoreThanTheFrameHoldsIsCorrupt) {
  bytes.write_i32(0x7fffffff);
  bytes.write_text("few bytes");
  EXPECT_EQ(read<MetadataRequest>(1).error().code(), ErrorCode::corrupt);
}

TEST_F(Decoding, AFrameFullOfTinyElementsIsCorrupt) {
  const size_t count = kElementsMax + 1;
  bytes.write_i32(static_cast<int32_t>(count));
  for (size_t i = 0; i < count; ++i) bytes.write_i16(0);  // names without a character
  EXPECT_EQ(read<MetadataRequest>(1).error().code(), ErrorCode::corrupt);
}

TEST_F(Decoding, AVarintThatNeverEndsIsCorrupt) {
  for (int i = 0; i < 20; ++i) bytes.write_i8(-1);
  EXPECT_EQ(read<MetadataRequest>(12).error().code(), ErrorCode::corrupt);
}

TEST(Encoding, RecordsAreNotCopied) {
  const SharedBytes batch(Bytes(1000));
  FetchResponse response;
  response.topics.resize(1);
  response.topics[0].partitions.resize(1);
  response.topics[0].partitions[0].records.pieces = {batch, batch};
  auto frame = encode(response, 11);
  ASSERT_EQ(frame.pieces.size(), 3U);
  EXPECT_EQ(frame.pieces[1].view().data(), batch.view().data());
  EXPECT_EQ(frame.joined().size(), frame.bytes);
}

TEST(Encoding, DefaultsOfTaggedFieldsAreLeftOut) {
  CreateTopicsResponse response;
  response.topics.resize(1);
  const size_t plain = encode(response, 5).bytes;
  response.topics[0].topic_config_error_code = 29;
  EXPECT_EQ(encode(response, 5).bytes, plain + 4);  // tag, size, two bytes
}

TEST(Encoding, WhatAnOldVersionCannotCountIsCut) {
  MetadataRequest request;
  const std::string name(40'000, 'x');
  request.topics.emplace().push_back({.topic_id = {}, .name = name});
  const Bytes bytes = encode(request, 1).joined();
  EXPECT_EQ(decode<MetadataRequest>(bytes, 1)->topics->at(0).name->size(), 32'767U);
}

}  // namespace
}  // namespace tarn::kafka_protocol
