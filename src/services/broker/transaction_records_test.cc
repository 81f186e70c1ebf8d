#include "services/broker/transaction_records.h"

#include <string_view>

#include <gtest/gtest.h>

namespace tarn::broker {
namespace {

// Bytes spelled out after Kafka's message descriptions.
Bytes bytes(std::string_view raw) {
  return {as_bytes(raw).begin(), as_bytes(raw).end()};
}
using namespace std::string_view_literals;

StoredTransaction transaction() {
  return {.producer = {ProducerId(258), 7},
          .timeout = Millis(60'000),
          .state = TransactionState::ongoing,
          .partitions = {{TopicName("a"), PartitionId(0)}, {TopicName("a"), PartitionId(3)}},
          .updated = from_unix_millis(5),
          .started = from_unix_millis(4)};
}

const std::string_view kOngoing =
    "\0\0"
    "\0\0\0\0\0\0\1\2"
    "\0\7"
    "\0\0\xea\x60"
    "\1"
    "\0\0\0\1"
    "\0\1a"
    "\0\0\0\2\0\0\0\0\0\0\0\3"
    "\0\0\0\0\0\0\0\5"
    "\0\0\0\0\0\0\0\4"sv;

TEST(TransactionRecords, AreKafkas) {
  EXPECT_EQ(encode_transaction_key("t"), bytes("\0\0\0\1t"sv));
  EXPECT_EQ(encode_value(transaction()), bytes(kOngoing));
}

TEST(TransactionRecords, AreReadAsTheyWereWritten) {
  EXPECT_EQ(decode_transaction_key(bytes("\0\0\0\1t"sv))->value(), "t");
  EXPECT_EQ(*decode_transaction_value(bytes(kOngoing)), transaction());
}

TEST(TransactionRecords, WithoutPartitionsThereIsNull) {
  StoredTransaction empty{.producer = {ProducerId(1), 0}, .timeout = Millis(1)};
  EXPECT_EQ(encode_value(empty), bytes("\0\0\0\0\0\0\0\0\0\1\0\0\0\0\0\1\0\xff\xff\xff\xff"
                                       "\0\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff"sv));
  EXPECT_EQ(*decode_transaction_value(encode_value(empty)), empty);
}

TEST(TransactionRecords, TheCompactVersionIsReadToo) {
  const auto compact =
      "\0\1"
      "\0\0\0\0\0\0\1\2"
      "\0\7"
      "\0\0\xea\x60"
      "\1"
      "\2"
      "\2a"
      "\3\0\0\0\0\0\0\0\3"
      "\0"
      "\0\0\0\0\0\0\0\5"
      "\0\0\0\0\0\0\0\4"
      "\1\2\2\0\2"sv;  // one tag, 2, of two bytes
  EXPECT_EQ(*decode_transaction_value(bytes(compact)), transaction());
}

TEST(TransactionRecords, KeysOfAnotherKindAreNone) {
  EXPECT_FALSE(*decode_transaction_key(bytes("\0\5xyz"sv)));
}

TEST(TransactionRecords, WhatIsCutOffIsCorrupt) {
  for (size_t length = 0; length < kOngoing.size(); ++length) {
    EXPECT_FALSE(decode_transaction_value(bytes(kOngoing.substr(0, length)))) << length;
  }
  EXPECT_FALSE(decode_transaction_value(bytes("\0\2"sv)));
  EXPECT_FALSE(decode_transaction_key(bytes("\0\0\0\5t"sv)));
}

}  // namespace
}  // namespace tarn::broker
