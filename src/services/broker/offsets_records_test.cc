#include "services/broker/offsets_records.h"

#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::broker {
namespace {

// Bytes spelled out after Kafka's message descriptions.
Bytes bytes(std::string_view raw) {
  return {as_bytes(raw).begin(), as_bytes(raw).end()};
}
using namespace std::string_view_literals;

const OffsetKey kOffset{GroupId("g1"), {TopicName("orders"), PartitionId(3)}};

CommittedOffset committed() {
  return {.offset = Offset(258),
          .epoch = LeaderEpoch(7),
          .metadata = "m",
          .commit_time = from_unix_millis(1)};
}
const std::string_view kCommitted =
    "\0\3"
    "\0\0\0\0\0\0\1\2"
    "\0\0\0\7"
    "\0\1m"
    "\0\0\0\0\0\0\0\1"sv;

StoredGroup group() {
  return {.id = GroupId("g1"),
          .protocol_type = "consumer",
          .generation = 5,
          .protocol = "range",
          .leader = "m1",
          .state_time = from_unix_millis(2),
          .members = {{.member_id = "m1",
                       .instance_id = std::nullopt,
                       .client_id = "c",
                       .client_host = "/h",
                       .rebalance_timeout = Millis(300),
                       .session_timeout = Millis(10),
                       .subscription = bytes("S"),
                       .assignment = bytes("AA")}}};
}
const std::string_view kGroup =
    "\0\3"
    "\0\10consumer"
    "\0\0\0\5"
    "\0\5range"
    "\0\2m1"
    "\0\0\0\0\0\0\0\2"
    "\0\0\0\1"
    "\0\2m1"
    "\xff\xff"
    "\0\1c"
    "\0\2/h"
    "\0\0\1\x2c"
    "\0\0\0\12"
    "\0\0\0\1S"
    "\0\0\0\2AA"sv;

TEST(OffsetsRecords, AnOffsetKey) {
  const auto golden = bytes("\0\1\0\2g1\0\6orders\0\0\0\3"sv);
  EXPECT_EQ(encode_key(kOffset), golden);
  EXPECT_EQ(*decode_key(golden), OffsetsKey(kOffset));
}

TEST(OffsetsRecords, AGroupKey) {
  const auto golden = bytes("\0\2\0\2g1"sv);
  EXPECT_EQ(encode_key(GroupKey{GroupId("g1")}), golden);
  EXPECT_EQ(*decode_key(golden), OffsetsKey(GroupKey{GroupId("g1")}));
}

TEST(OffsetsRecords, AKeyOfAnotherKindIsToldApart) {
  EXPECT_EQ(*decode_key(bytes("\0\3\0\2g1"sv)), OffsetsKey(UnknownKey{3}));
}

TEST(OffsetsRecords, AnOffset) {
  EXPECT_EQ(encode_value(committed()), bytes(kCommitted));
  EXPECT_EQ(*decode_offset_value(bytes(kCommitted)), committed());
}

TEST(OffsetsRecords, AnOffsetOfTheVersionsBefore) {
  const auto first =
      decode_offset_value(bytes("\0\1\0\0\0\0\0\0\0\5\0\0\0\0\0\0\0\0\0\1"
                                "\0\0\0\0\0\0\0\2"sv));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->offset, Offset(5));
  EXPECT_EQ(first->epoch, std::nullopt);
  EXPECT_EQ(first->commit_time, from_unix_millis(1));
}

TEST(OffsetsRecords, AGroup) {
  EXPECT_EQ(encode_value(group()), bytes(kGroup));
  EXPECT_EQ(*decode_group_value(GroupId("g1"), bytes(kGroup)), group());
}

TEST(OffsetsRecords, AnEmptyGroupHasNeitherProtocolNorLeader) {
  StoredGroup empty{.id = GroupId("g1"), .protocol_type = "consumer", .generation = 6};
  EXPECT_EQ(*decode_group_value(GroupId("g1"), encode_value(empty)), empty);
}

TEST(OffsetsRecords, WhatEndsEarlyIsCorrupt) {
  const Bytes offset = bytes(kCommitted);
  for (size_t length = 0; length < offset.size(); ++length) {
    EXPECT_FALSE(decode_offset_value(BytesView(offset).first(length))) << length;
  }
  const Bytes stored = bytes(kGroup);
  for (size_t length = 0; length < stored.size(); ++length) {
    EXPECT_FALSE(decode_group_value(GroupId("g1"), BytesView(stored).first(length))) << length;
  }
}

TEST(OffsetsRecords, AnUnknownVersionIsNotGuessedAt) {
  const auto offset = decode_offset_value(bytes("\0\4\0\0"sv));
  EXPECT_EQ(offset.error().code(), ErrorCode::corrupt);
  EXPECT_THAT(offset.error().message(), ::testing::HasSubstr("version 4"));
}

TEST(OffsetsRecords, AMemberCountThatLiesDoesNotReserveMemory) {
  Bytes lying = bytes(kGroup);
  lying[35] = std::byte{0x7f};
  EXPECT_FALSE(decode_group_value(GroupId("g1"), lying));
}

}  // namespace
}  // namespace tarn::broker
