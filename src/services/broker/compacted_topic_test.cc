// Topics with cleanup.policy=compact, from the client's side.
#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/check.h"
#include "formats/record/batch_builder.h"
#include "formats/record/record_reader.h"
#include "platform/runtime/sleep.h"
#include "services/broker/testing/test_broker.h"

namespace tarn::broker {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::TestBroker;
using Keyed = std::pair<std::optional<std::string>, std::string>;

struct CompactedTopic : ::testing::Test {
  static BrokerOptions options(Millis interval) {
    BrokerOptions options = TestBroker::quick_options();
    options.compaction_interval = interval;
    return options;
  }
  explicit CompactedTopic(Millis interval = 1ms) : broker(options(interval)) {
    check(broker
              .run(broker->create_topic({.name = place.topic,
                                         .config = {{"cleanup.policy", "compact"},
                                                    {"segment.bytes", "200"},
                                                    {"min.cleanable.dirty.ratio", "0.01"}}},
                                        Validate::and_do))
              .has_value());
  }
  static Bytes batch(const std::vector<Keyed>& records, record::Codec codec = record::Codec::none) {
    record::BatchBuilder builder({.codec = codec});
    for (const auto& [key, value] : records) {
      builder.add({.timestamp = from_unix_millis(1'725'190'561'000),
                   .key = key ? std::optional(as_bytes(*key)) : std::nullopt,
                   .value = as_bytes(value)});
    }
    return std::move(builder).finish();
  }
  Answer<Produced> produce(Bytes batch) {
    return broker.run(broker->produce(place, MutableBytes(std::move(batch))));
  }
  void write(int count) {
    for (int i = 0; i < count; ++i) {
      ASSERT_TRUE(produce(batch({{"key" + std::to_string(i % 2), std::string(100, 'x')}})));
    }
  }
  std::vector<int64_t> offsets() {
    std::vector<int64_t> offsets;
    for (Offset next(0);;) {
      const auto read = broker.run(broker.log().read(place, next, {}));
      check(read.has_value());
      for (const SharedBytes& batch : read->batches) {
        check(record::for_each_record(batch.view(), [&](const record::Record& record) -> Status {
                offsets.push_back(record.offset.value());
                return {};
              }).has_value());
      }
      if (read->next <= next) return offsets;
      next = read->next;
    }
  }
  static runtime::Awaitable<bool> pause() {
    co_await runtime::sleep_for(1ms);
    co_return true;
  }
  void wait_until_left(size_t records) {
    for (int i = 0; i < 5000 && offsets().size() > records; ++i) broker.run(pause());
    EXPECT_LE(offsets().size(), records);
  }

  TestBroker broker;
  const TopicPartition place{TopicName("table"), PartitionId(0)};
};

TEST_F(CompactedTopic, IsCompactedByItself) {
  broker->begin_retention();
  write(21);
  wait_until_left(3);
  EXPECT_THAT(offsets(), ElementsAre(18, 19, 20));
}

struct RareCompaction : CompactedTopic {
  RareCompaction() : CompactedTopic(1h) {}
};

TEST_F(RareCompaction, ComesAtOnceWhenAShorterIntervalIsSet) {
  broker->begin_retention();
  write(21);
  broker.run(pause());
  EXPECT_EQ(offsets().size(), 21U);
  ASSERT_TRUE(broker.run(broker->alter_broker_config(
      BrokerScope::all, {{"log.cleaner.backoff.ms", "1"}}, Validate::and_do)));
  wait_until_left(3);
}

TEST_F(CompactedTopic, WhatATableHasNotReadStays) {
  broker->hold_records("table a", {.topics = {place.topic}, .from = {{place, Offset(4)}}});
  broker->begin_retention();
  write(21);
  ASSERT_TRUE(broker.engine().compact({.from = {{*broker->topics().log_of(place), Offset(4)}}}));
  for (int i = 0; i < 20; ++i) broker.run(pause());
  EXPECT_GE(offsets().size(), 17U);
  broker->hold_records("table a", {.topics = {place.topic}, .from = {{place, Offset(21)}}});
  wait_until_left(3);
}

TEST_F(CompactedTopic, OfAnOlderStorageIsCompactedAfterAStart) {
  write(21);
  const LogId log = *broker->topics().log_of(place);
  storage::LogConfig old = broker->topics().find(place.topic)->settings.log;
  old.compact = false;
  std::promise<bool> done;
  broker.engine().submit({storage::ConfigureLog{log, old}},
                         [&](const auto& result) { done.set_value(result.has_value()); });
  ASSERT_TRUE(done.get_future().get());
  broker.restart();
  broker->begin_retention();
  wait_until_left(3);
}

TEST_F(CompactedTopic, RecordsWithoutAKeyAreRefusedAndNamed) {
  for (const auto codec : {record::Codec::none, record::Codec::zstd}) {
    const auto refused =
        produce(batch({{"a", "1"}, {std::nullopt, "2"}, {"b", "3"}, {std::nullopt, "4"}}, codec));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, Reason::invalid_record);
    EXPECT_THAT(refused.error().records, ElementsAre(1, 3));
    EXPECT_THAT(refused.error().message, HasSubstr("cleanup.policy"));
  }
  EXPECT_TRUE(offsets().empty());
  EXPECT_TRUE(produce(batch({{"", "an empty key is one"}})));
}

TEST_F(CompactedTopic, RecordsWithoutAKeyInALargeBatchAreRefusedToo) {
  std::vector<Keyed> records;
  for (int i = 0; i < 3000; ++i)
    records.emplace_back("key", std::string(60, 'x') + std::to_string(i));
  records.emplace_back(std::nullopt, "no key");
  const auto refused = produce(batch(records, record::Codec::gzip));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().records, ElementsAre(3000));
}

TEST_F(CompactedTopic, AnotherTopicTakesRecordsWithoutAKey) {
  const TopicName plain("plain");
  ASSERT_TRUE(broker.run(broker->create_topic({.name = plain}, Validate::and_do)));
  EXPECT_TRUE(broker.run(
      broker->produce({plain, PartitionId(0)}, MutableBytes(batch({{std::nullopt, "1"}})))));
}

}  // namespace
}  // namespace tarn::broker
