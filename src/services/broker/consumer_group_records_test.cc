#include "services/broker/consumer_group_records.h"

#include <charconv>
#include <fstream>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::broker {
namespace {

using namespace std::string_view_literals;

// Bytes spelled out after Kafka's message descriptions.
Bytes bytes(std::string_view raw) {
  return {as_bytes(raw).begin(), as_bytes(raw).end()};
}

const GroupId kGroup("g1");

ConsumerGroupData group() {
  Uuid topic;
  topic.bytes.fill('t');
  ConsumerGroupMember member{.id = "m1",
                             .instance_id = "i",
                             .rack_id = std::nullopt,
                             .client_id = "c",
                             .client_host = "/h",
                             .topics = {TopicName("orders")},
                             .regex = "",
                             .rebalance_timeout = Millis(300),
                             .assignor = "range",
                             .epoch = 4,
                             .previous_epoch = 3,
                             .state = MemberState::unrevoked_partitions,
                             .assigned = {{topic, {0, 2}}},
                             .pending_revocation = {{topic, {1}}}};
  return {.id = kGroup,
          .epoch = 5,
          .metadata_hash = 258,
          .target_epoch = 4,
          .members = {{"m1", member}},
          .targets = {{"m1", {{topic, {0, 2}}}}},
          .regexes = {
              {"o.*",
               {.topics = {TopicName("orders")}, .version = 7, .resolved = from_unix_millis(9)}}}};
}

struct KnownRecord {
  ConsumerGroupKey key;
  std::string_view key_bytes;
  std::string_view value_bytes;
};

const std::vector<KnownRecord> kRecords{
    {{ConsumerGroupPart::group, kGroup, ""},
     "\0\3\0\2g1"sv,
     "\0\0\0\0\0\5\1\0\10\0\0\0\0\0\0\1\2"sv},
    {{ConsumerGroupPart::member, kGroup, "m1"},
     "\0\5\0\2g1\0\2m1"sv,
     "\0\0\2i\0\2c\3/h\2\7orders\1\0\0\1\x2c\6range\0"sv},
    {{ConsumerGroupPart::target_epoch, kGroup, ""}, "\0\6\0\2g1"sv, "\0\0\0\0\0\4\0"sv},
    {{ConsumerGroupPart::target, kGroup, "m1"},
     "\0\7\0\2g1\0\2m1"sv,
     "\0\0\2tttttttttttttttt\3\0\0\0\0\0\0\0\2\0\0"sv},
    {{ConsumerGroupPart::current, kGroup, "m1"},
     "\0\10\0\2g1\0\2m1"sv,
     "\0\0\0\0\0\4\0\0\0\3\1\2tttttttttttttttt\3\0\0\0\0\0\0\0\2\0"
     "\2tttttttttttttttt\2\0\0\0\1\0\0"sv},
    {{ConsumerGroupPart::regex, kGroup, "o.*"},
     "\0\20\0\2g1\0\3o.*"sv,
     "\0\0\2\7orders\0\0\0\0\0\0\0\7\0\0\0\0\0\0\0\x9\0"sv},
};

TEST(ConsumerGroupRecords, AreKafkasBytes) {
  for (const KnownRecord& known : kRecords) {
    EXPECT_EQ(encode_key(known.key), bytes(known.key_bytes));
    EXPECT_EQ(encode_value(group(), known.key), bytes(known.value_bytes));
  }
}

TEST(ConsumerGroupRecords, MakeTheSameGroupAgain) {
  ConsumerGroupData again{.id = kGroup};
  for (const KnownRecord& known : kRecords) {
    const auto key = decode_consumer_group_key(as_bytes(known.key_bytes));
    ASSERT_TRUE(key && *key == known.key);
    ASSERT_TRUE(apply_record(again, **key, as_bytes(known.value_bytes)));
  }
  EXPECT_EQ(again, group());
}

TEST(ConsumerGroupRecords, TombstonesTakeOut) {
  ConsumerGroupData less = group();
  for (const KnownRecord& known : kRecords)
    ASSERT_TRUE(apply_record(less, known.key, std::nullopt));
  EXPECT_TRUE(less.members.empty() && less.targets.empty() && less.regexes.empty());
  EXPECT_EQ(encode_value(less, {ConsumerGroupPart::current, kGroup, "m1"}), std::nullopt);
}

TEST(ConsumerGroupRecords, KeysOfOtherThingsAreNone) {
  for (const std::string_view other : {"\0\2\0\2g1"sv, "\0\12\0\2g1"sv, "\0\21\0\2g1"sv}) {
    const auto key = decode_consumer_group_key(as_bytes(other));
    EXPECT_TRUE(key && !*key);
  }
}

TEST(ConsumerGroupRecords, WhatEndsEarlyIsCorrupt) {
  for (const KnownRecord& known : kRecords) {
    ConsumerGroupData unused;
    for (size_t length = 0; length < known.value_bytes.size(); ++length) {
      const auto part = known.value_bytes.substr(0, length);
      EXPECT_FALSE(apply_record(unused, known.key, as_bytes(part))) << length;
    }
    EXPECT_FALSE(decode_consumer_group_key(as_bytes(known.key_bytes.substr(0, 5))));
  }
}

TEST(ConsumerGroupRecords, UnknownTagsArePassedOver) {
  ConsumerGroupData read;
  const ConsumerGroupKey key{ConsumerGroupPart::group, kGroup, ""};
  ASSERT_TRUE(apply_record(read, key, as_bytes("\0\0\0\0\0\5\1\11\2xy"sv)));
  EXPECT_EQ(read.epoch, 5);
  EXPECT_FALSE(apply_record(read, key, as_bytes("\0\1\0\0\0\5\0"sv)));
}

Bytes from_hex(const std::string& hex) {
  Bytes decoded;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    uint8_t value = 0;
    std::from_chars(&hex[i], &hex[i] + 2, value, 16);
    decoded.push_back(std::byte{value});
  }
  return decoded;
}

// Of a group that Kafka 4.1.2 kept: two members of the Java client, one static, and one of
// librdkafka that reads by a regular expression. Kafka writes a tag for what a member of the
// classic protocol would support also where there is none; so members are not compared.
TEST(ConsumerGroupRecords, WhatKafkaWroteIsWrittenTheSame) {
  std::ifstream file("tests/golden/kafka/consumer-offsets.txt");
  ConsumerGroupData read{.id = GroupId("g")};
  int checked = 0;
  for (std::string key_hex, value_hex; file >> key_hex >> value_hex; ++checked) {
    const auto key = decode_consumer_group_key(from_hex(key_hex));
    ASSERT_TRUE(key && *key) << key_hex;
    EXPECT_EQ(encode_key(**key), from_hex(key_hex));
    const bool is_tombstone = value_hex == "-";
    const Bytes value = from_hex(is_tombstone ? "" : value_hex);
    ASSERT_TRUE(
        apply_record(read, **key, is_tombstone ? std::nullopt : std::optional(BytesView(value))));
    if (is_tombstone || (*key)->part == ConsumerGroupPart::member) continue;
    EXPECT_EQ(encode_value(read, **key), value) << key_hex;
  }
  EXPECT_EQ(checked, 33);
  EXPECT_EQ(read.epoch, 4);
  EXPECT_EQ(read.members.size(), 2U);
}

}  // namespace
}  // namespace tarn::broker
