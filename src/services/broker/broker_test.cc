#include "services/broker/broker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "formats/record/batch_builder.h"
#include "formats/record/validate.h"
#include "platform/runtime/task_group.h"
#include "services/broker/testing/test_broker.h"

namespace tarn::broker {
namespace {

using testing::batch_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::TestBroker;

Bytes packed_batch(record::Codec codec, size_t value_bytes, int64_t at = 1'725'190'561'000) {
  Random random(7);
  std::string value(value_bytes, ' ');
  for (char& letter : value) letter = static_cast<char>('a' + random.below(26));
  record::BatchBuilder builder({.codec = codec});
  builder.add({.timestamp = from_unix_millis(at), .value = as_bytes(value)});
  return std::move(builder).finish();
}

// A checksum that holds over bytes that no codec knows.
Bytes noise_batch(record::Codec codec, size_t bytes) {
  Bytes batch = packed_batch(codec, bytes);
  const auto body = std::span(batch).subspan(record::kBatchHeaderBytes);
  std::ranges::fill(body, std::byte{0x5a});
  record::set_max_timestamp(batch, record::read_batch_header(batch)->max_timestamp);
  return batch;
}

struct BrokerTest : ::testing::Test {
  TestBroker broker;
  const TopicName orders{"orders"};

  Answer<Topic> create(NewTopic topic) {
    return broker.run(broker->create_topic(std::move(topic), Validate::and_do));
  }
  TopicPartition part(int32_t number) const { return {orders, PartitionId(number)}; }
  Answer<Produced> produce(const std::vector<std::string>& values) {
    return produce_bytes(batch_of(values));
  }
  Answer<Produced> produce_bytes(Bytes bytes) {
    return broker.run(broker->produce(part(0), MutableBytes(std::move(bytes))));
  }
  Answer<Fetched> fetch(int64_t offset) {
    FetchRequest request;
    request.partitions.push_back({.from = part(0), .offset = Offset(offset)});
    auto answer = broker.run(broker->fetch(std::move(request)));
    return std::move(answer.front());
  }
  std::vector<std::string> values(int64_t offset) {
    const auto fetched = fetch(offset);
    return fetched ? testing::values_from(fetched->batches, Offset(offset))
                   : std::vector<std::string>{fetched.error().message};
  }
  Answer<std::optional<FoundOffset>> find(OffsetQuery query) {
    return broker.run(
        broker->find_offset(part(0), query, Isolation::read_uncommitted, std::nullopt));
  }
};

TEST_F(BrokerTest, KeepsEntriesOfOthers) {
  int applied = 0;
  const auto put = [&](const std::string& key, std::optional<Bytes> value) {
    MetadataChange change{.entries = {{key, std::move(value)}}, .apply = [&] { ++applied; }};
    return broker.run(broker->put_metadata(std::move(change)));
  };
  ASSERT_TRUE(put("acl/1", Bytes{std::byte{1}}));
  ASSERT_TRUE(put("acl/2", Bytes{std::byte{2}}));
  ASSERT_TRUE(put("user/1", Bytes{std::byte{3}}));
  ASSERT_TRUE(put("acl/1", std::nullopt));
  EXPECT_EQ(applied, 4);
  broker.restart();
  const std::map<std::string, Bytes> kept{{"acl/2", {std::byte{2}}}};
  EXPECT_EQ(broker->metadata("acl/"), kept);
}

TEST_F(BrokerTest, WhatIsProducedIsFetched) {
  ASSERT_TRUE(create({.name = orders}));
  EXPECT_EQ(produce({"a", "b"})->base, Offset(0));
  EXPECT_EQ(produce({"c"})->base, Offset(2));
  EXPECT_THAT(values(0), ElementsAre("a", "b", "c"));
  EXPECT_THAT(values(1), ElementsAre("b", "c"));
  EXPECT_THAT(values(3), IsEmpty());
}

TEST_F(BrokerTest, ARestartKeepsTopicsAndRecords) {
  const Uuid id = create({.name = orders, .partitions = 3, .replication_factor = 3})->id;
  ASSERT_TRUE(produce({"a"}));
  broker.restart();
  const Topic* topic = broker->topics().find(orders);
  ASSERT_NE(topic, nullptr);
  EXPECT_EQ(topic->id, id);
  EXPECT_EQ(topic->partition_count(), 3);
  EXPECT_EQ(topic->replication_factor, 3);
  EXPECT_THAT(values(0), ElementsAre("a"));
}

TEST_F(BrokerTest, ADeletedTopicIsGoneAndComesBackEmptyWithAnotherId) {
  const Uuid id = create({.name = orders})->id;
  ASSERT_TRUE(produce({"a"}));
  ASSERT_TRUE(broker.run(broker->delete_topic(orders, Origin::client)));
  EXPECT_EQ(produce({"b"}).error().reason, Reason::unknown_topic_or_partition);
  EXPECT_NE(create({.name = orders})->id, id);
  EXPECT_THAT(values(0), IsEmpty());
}

TEST_F(BrokerTest, ATopicIsCreatedOnce) {
  ASSERT_TRUE(create({.name = orders}));
  EXPECT_EQ(create({.name = orders}).error().reason, Reason::topic_already_exists);
  EXPECT_TRUE(broker.run(broker->ensure_topic({.name = orders, .partitions = 9})));
  EXPECT_EQ(broker->topics().find(orders)->partition_count(), 1);
}

TEST_F(BrokerTest, WrongTopicsAreRefusedWithASentence) {
  EXPECT_EQ(create({.name = TopicName("../x")}).error().reason, Reason::invalid_topic_name);
  EXPECT_EQ(create({.name = orders, .partitions = 0}).error().reason, Reason::invalid_partitions);
  EXPECT_EQ(create({.name = orders, .replication_factor = 0}).error().reason,
            Reason::invalid_replication_factor);
  EXPECT_EQ(create({.name = orders, .partitions = 20'001}).error().reason,
            Reason::too_many_partitions);
  const auto wrong = create({.name = orders, .config = {{"retention.ms", "soon"}}});
  EXPECT_THAT(wrong.error().message, HasSubstr("retention.ms"));
}

TEST_F(BrokerTest, ValidatingCreatesNothing) {
  EXPECT_TRUE(broker.run(broker->create_topic({.name = orders}, Validate::only)));
  EXPECT_EQ(broker->topics().find(orders), nullptr);
}

TEST_F(BrokerTest, PartitionsGrowAndNeverShrink) {
  ASSERT_TRUE(create({.name = orders}));
  ASSERT_TRUE(broker.run(broker->create_partitions(orders, 3, Validate::and_do)));
  broker.restart();
  EXPECT_EQ(broker->topics().find(orders)->partition_count(), 3);
  EXPECT_TRUE(broker->partition_state(part(2)));
  const auto fewer = broker.run(broker->create_partitions(orders, 2, Validate::and_do));
  EXPECT_EQ(fewer.error().reason, Reason::invalid_partitions);
}

TEST_F(BrokerTest, AConfigChangeIsInForceAtOnceAndAfterARestart) {
  ASSERT_TRUE(create({.name = orders}));
  ASSERT_TRUE(broker.run(
      broker->alter_topic_config(orders, {{"max.message.bytes", "80"}}, Validate::and_do)));
  EXPECT_EQ(produce({std::string(100, 'x')}).error().reason, Reason::message_too_large);
  broker.restart();
  EXPECT_EQ(produce({std::string(100, 'x')}).error().reason, Reason::message_too_large);
  ASSERT_TRUE(broker.run(
      broker->alter_topic_config(orders, {{"max.message.bytes", std::nullopt}}, Validate::and_do)));
  EXPECT_TRUE(produce({std::string(100, 'x')}));
}

TEST_F(BrokerTest, ADamagedBatchIsRefused) {
  ASSERT_TRUE(create({.name = orders}));
  Bytes batch = batch_of(std::vector<std::string>{"a"});
  batch.back() ^= std::byte{1};
  EXPECT_EQ(produce_bytes(batch).error().reason, Reason::corrupt_batch);
  EXPECT_EQ(produce_bytes({}).error().reason, Reason::corrupt_batch);
  EXPECT_THAT(values(0), IsEmpty());
}

TEST_F(BrokerTest, ACompressedBatchMustHoldWhatItPromises) {
  ASSERT_TRUE(create({.name = orders}));
  using enum record::Codec;
  for (const auto codec : {gzip, snappy, lz4, zstd}) {
    for (const size_t bytes : {size_t{100}, size_t{100'000}}) {  // looked at at once, and later
      const auto refused = produce_bytes(noise_batch(codec, bytes));
      ASSERT_FALSE(refused) << static_cast<int>(codec);
      EXPECT_EQ(refused.error().reason, Reason::invalid_record);
      EXPECT_TRUE(produce_bytes(packed_batch(codec, bytes))) << "others go on";
    }
  }
  EXPECT_EQ(values(0).size(), 8);
}

// The offsets of produces that are all under way at once.
runtime::Awaitable<std::vector<int64_t>> produce_in_a_row(TestBroker* broker, TopicPartition to) {
  std::vector<runtime::Awaitable<Answer<Produced>>> pending;
  for (int i = 0; i < 6; ++i) {
    auto bytes = i % 2 == 0 ? packed_batch(record::Codec::gzip, 500'000)
                            : batch_of(std::vector<std::string>{"small"});
    pending.push_back((*broker)->produce(to, MutableBytes(std::move(bytes))));
  }
  std::vector<int64_t> bases;
  for (auto& one : pending) bases.push_back((co_await std::move(one))->base.value());
  co_return bases;
}

TEST_F(BrokerTest, WhatIsUnfoldedElsewhereKeepsItsPlace) {
  ASSERT_TRUE(create({.name = orders}));
  EXPECT_THAT(broker.run(produce_in_a_row(&broker, part(0))), ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST_F(BrokerTest, WhatIsBeingUnfoldedIsDurableWhenTheBrokerStops) {
  ASSERT_TRUE(create({.name = orders}));
  auto dropped = broker->produce(part(0), MutableBytes(packed_batch(record::Codec::gzip, 500'000)));
  broker.restart();
  EXPECT_EQ(values(0).size(), 1);
}

TEST_F(BrokerTest, ANewestTimeThatLiesIsSetRight) {
  ASSERT_TRUE(create({.name = orders}));
  for (const size_t bytes : {size_t{100}, size_t{100'000}}) {
    Bytes batch = packed_batch(record::Codec::lz4, bytes, 5000);
    record::set_max_timestamp(batch, from_unix_millis(9'000'000));
    ASSERT_TRUE(produce_bytes(std::move(batch)));
  }
  EXPECT_EQ((**find(MaxTimestampOffset{})).timestamp, from_unix_millis(5000));
}

TEST_F(BrokerTest, ClientsDoNotWriteToInternalTopics) {
  const TopicName internal("__state");
  EXPECT_EQ(create({.name = internal}).error().reason, Reason::internal_topic);
  ASSERT_TRUE(broker.run(broker->ensure_topic({.name = internal})));
  const TopicPartition to{internal, PartitionId(0)};
  const auto refused =
      broker.run(broker->produce(to, MutableBytes(batch_of(std::vector<std::string>{"a"}))));
  EXPECT_EQ(refused.error().reason, Reason::internal_topic);
}

TEST_F(BrokerTest, LogAppendTimeReplacesTheProducersTime) {
  ASSERT_TRUE(create({.name = orders, .config = {{"message.timestamp.type", "LogAppendTime"}}}));
  const auto produced = produce({"a"});
  ASSERT_TRUE(produced && produced->append_time);
  const auto found = find(OffsetAt{*produced->append_time});
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->timestamp, produced->append_time);
}

TEST_F(BrokerTest, ATimeTooFarInTheFutureIsRefusedWithTheLimit) {
  ASSERT_TRUE(create({.name = orders}));
  const Timestamp future = broker.clock().now() + std::chrono::hours(2);
  const auto refused = produce_bytes(batch_of({{.value = "a", .at = future}}));
  EXPECT_EQ(refused.error().reason, Reason::invalid_timestamp);
  EXPECT_THAT(refused.error().message, HasSubstr("message.timestamp.after.max.ms"));
}

TEST_F(BrokerTest, AFetchOutsideOfTheLogIsOutOfRange) {
  ASSERT_TRUE(create({.name = orders}));
  ASSERT_TRUE(produce({"a"}));
  EXPECT_EQ(fetch(2).error().reason, Reason::offset_out_of_range);
  EXPECT_EQ(fetch(-1).error().reason, Reason::offset_out_of_range);
}

TEST_F(BrokerTest, DeletedRecordsAreGone) {
  ASSERT_TRUE(create({.name = orders}));
  for (const char* value : {"a", "b", "c"}) ASSERT_TRUE(produce({value}));
  EXPECT_EQ(broker.run(broker->delete_records(part(0), Offset(2))), Offset(2));
  EXPECT_EQ(fetch(1).error().reason, Reason::offset_out_of_range);
  EXPECT_THAT(values(2), ElementsAre("c"));
  EXPECT_EQ(broker.run(broker->delete_records(part(0), Offset(1))), Offset(2));
  EXPECT_EQ(broker.run(broker->delete_records(part(0), std::nullopt)), Offset(3));
  const auto beyond = broker.run(broker->delete_records(part(0), Offset(4)));
  EXPECT_EQ(beyond.error().reason, Reason::offset_out_of_range);
}

TEST_F(BrokerTest, OffsetsAreFoundByPlaceAndTime) {
  ASSERT_TRUE(create({.name = orders}));
  const Timestamp noon = from_unix_millis(1'725'192'000'000);
  ASSERT_TRUE(produce_bytes(batch_of({{"a", noon}, {"b", noon + Millis(5)}})));
  ASSERT_TRUE(produce_bytes(batch_of({{"c", noon + Millis(9)}, {"d", noon + Millis(7)}})));
  ASSERT_TRUE(produce_bytes(batch_of({{"e", noon + Millis(1)}})));
  EXPECT_EQ((*find(EarliestOffset{}))->offset, Offset(0));
  EXPECT_EQ((*find(LatestOffset{}))->offset, Offset(5));
  EXPECT_EQ((*find(MaxTimestampOffset{}))->offset, Offset(2));
  EXPECT_EQ((*find(OffsetAt{noon + Millis(3)}))->offset, Offset(1));
  EXPECT_EQ((*find(OffsetAt{noon + Millis(6)}))->offset, Offset(2));
  EXPECT_EQ((*find(OffsetAt{noon + Millis(9)}))->timestamp, noon + Millis(9));
  EXPECT_FALSE(*find(OffsetAt{noon + Millis(10)}));
}

TEST_F(BrokerTest, AnEmptyPartitionHasNoNewestRecord) {
  ASSERT_TRUE(create({.name = orders}));
  EXPECT_FALSE(*find(MaxTimestampOffset{}));
  EXPECT_FALSE(*find(OffsetAt{from_unix_millis(0)}));
  EXPECT_EQ((*find(EarliestOffset{}))->offset, Offset(0));
}

TEST_F(BrokerTest, TheClientsEpochMustBeThePartitions) {
  ASSERT_TRUE(create({.name = orders}));
  const LeaderEpoch epoch = broker->partition_state(part(0))->epoch;
  const auto with_epoch = [&](int32_t current) {
    return broker.run(broker->find_offset(part(0), LatestOffset{}, Isolation::read_uncommitted,
                                          LeaderEpoch(current)));
  };
  EXPECT_TRUE(with_epoch(epoch.value()));
  EXPECT_EQ(with_epoch(epoch.value() + 1).error().reason, Reason::unknown_leader_epoch);
  EXPECT_EQ(with_epoch(epoch.value() - 1).error().reason, Reason::fenced_leader_epoch);
}

TEST_F(BrokerTest, TheEndOfTheCurrentEpochIsTheHighWatermark) {
  ASSERT_TRUE(create({.name = orders}));
  ASSERT_TRUE(produce({"a", "b"}));
  const LeaderEpoch epoch = broker->partition_state(part(0))->epoch;
  const auto end = broker.run(broker->epoch_end(part(0), epoch, std::nullopt));
  ASSERT_TRUE(end && *end);
  EXPECT_EQ((*end)->end, Offset(2));
}

TEST_F(BrokerTest, ProducerIdsAreNeverGivenTwice) {
  const auto first = broker.run(broker->init_producer_id());
  const auto second = broker.run(broker->init_producer_id());
  broker.restart();
  const auto third = broker.run(broker->init_producer_id());
  ASSERT_TRUE(first && second && third);
  EXPECT_LT(first->id, second->id);
  EXPECT_LT(second->id, third->id);
}

TEST_F(BrokerTest, ARepeatedBatchOfAProducerIsAppendedOnce) {
  ASSERT_TRUE(create({.name = orders}));
  const auto producer = broker.run(broker->init_producer_id());
  const auto send = [&](int32_t sequence, int16_t epoch = 0) {
    record::BatchBuilder batch(
        {.producer_id = producer->id, .producer_epoch = epoch, .base_sequence = sequence});
    batch.add({.value = as_bytes("a")});
    return produce_bytes(std::move(batch).finish());
  };
  EXPECT_EQ(send(0)->base, Offset(0));
  EXPECT_EQ(send(1)->base, Offset(1));
  EXPECT_EQ(send(0)->base, Offset(0));
  EXPECT_EQ(send(3).error().reason, Reason::out_of_order_sequence);
  broker.restart();
  EXPECT_EQ(send(1)->base, Offset(1));
  EXPECT_EQ(send(0, 1)->base, Offset(2)) << "a new epoch begins at 0";
  EXPECT_EQ(send(2, 0).error().reason, Reason::invalid_producer_epoch);
}

TEST_F(BrokerTest, BatchesOfAPartitionKeepTheOrderOfTheCalls) {
  ASSERT_TRUE(create({.name = orders}));
  std::vector<runtime::Awaitable<Answer<Produced>>> waiting;
  for (const char* value : {"a", "b", "c"}) {
    waiting.push_back(
        broker->produce(part(0), MutableBytes(batch_of(std::vector<std::string>{value}))));
  }
  EXPECT_EQ(broker.run(std::move(waiting[2]))->base, Offset(2));
  EXPECT_EQ(broker.run(std::move(waiting[0]))->base, Offset(0));
  EXPECT_THAT(values(0), ElementsAre("a", "b", "c"));
}

TEST_F(BrokerTest, ADroppedProduceIsCarriedOutAllTheSame) {
  ASSERT_TRUE(create({.name = orders}));
  {
    auto nobody_waits = broker->produce(part(0), MutableBytes(batch_of({std::string("a")})));
  }
  ASSERT_TRUE(produce({"b"}));
  EXPECT_THAT(values(0), ElementsAre("a", "b"));
}

TEST_F(BrokerTest, TwoWhoMakeATopicAtTheSameTimeGetTheSameOne) {
  std::vector<Uuid> ids;
  runtime::TaskGroup tasks(broker.io().get_executor(), {});
  for (int i = 0; i < 3; ++i) {
    tasks.spawn("ensure", [](BrokerTest& test, std::vector<Uuid>& out) -> runtime::Task<void> {
      auto topic = co_await test.broker->ensure_topic({.name = test.orders});
      out.push_back(topic->id);
      co_return Status();
    }(*this, ids));
  }
  while (tasks.size() > 0) broker.io().run_one();
  EXPECT_THAT(ids, ::testing::Each(broker->topics().find(orders)->id));
  EXPECT_EQ(broker->topics().partition_count(), 1U);
}

TEST_F(BrokerTest, AllBatchesOfATransactionOrNone) {
  ASSERT_TRUE(create({.name = orders, .partitions = 2}));
  std::vector<std::pair<TopicPartition, MutableBytes>> batches;
  batches.emplace_back(part(0), MutableBytes(batch_of(std::vector<std::string>{"a"})));
  batches.emplace_back(part(7), MutableBytes(batch_of(std::vector<std::string>{"b"})));
  const auto refused = broker.run(broker->produce_together(std::move(batches)));
  EXPECT_EQ(refused.error().reason, Reason::unknown_topic_or_partition);
  EXPECT_THAT(values(0), IsEmpty());
}

TEST_F(BrokerTest, WhatIsSetForBrokersOutlastsARestartAndReachesTheLogs) {
  ASSERT_TRUE(create({.name = orders}));
  auto alter = [&](ConfigChanges changes) {
    return broker.run(
        broker->alter_broker_config(BrokerScope::all, std::move(changes), Validate::and_do));
  };
  ASSERT_TRUE(alter({{"message.max.bytes", "70"}}));
  EXPECT_EQ(produce({"a value that is too long"}).error().reason, Reason::message_too_large);
  broker.restart();
  EXPECT_EQ(produce({"a value that is too long"}).error().reason, Reason::message_too_large);
  ASSERT_TRUE(alter({{"message.max.bytes", std::nullopt}}));
  EXPECT_TRUE(produce({"a value that is too long"}));
}

TEST_F(BrokerTest, ABrokerConfigThatIsOnlyCheckedChangesNothing) {
  ASSERT_TRUE(broker.run(broker->alter_broker_config(
      BrokerScope::this_one, {{"message.max.bytes", "70"}}, Validate::only)));
  EXPECT_TRUE(broker->topics().broker_configs().of_this.empty());
}

TEST(StrictReplication, RefusesWhatOneBrokerCannotGive) {
  BrokerOptions options = TestBroker::quick_options();
  options.replication = BrokerOptions::Replication::strict;
  TestBroker broker(options);
  auto create = [&](int16_t replicas) {
    return broker.run(broker->create_topic(
        {.name = TopicName("orders"), .replication_factor = replicas}, Validate::and_do));
  };
  EXPECT_EQ(create(3).error().reason, Reason::invalid_replication_factor);
  EXPECT_TRUE(create(1));
}

TEST_F(BrokerTest, MetricsShowWhatIsThereAndNotWhatWas) {
  ASSERT_TRUE(create({.name = orders}));
  ASSERT_TRUE(produce({"a", "b"}));
  EXPECT_THAT(
      broker.metrics().render(),
      HasSubstr("kafka_topic_partition_current_offset{topic=\"orders\",partition=\"0\"} 2"));
  ASSERT_TRUE(broker.run(broker->delete_topic(orders, Origin::client)));
  EXPECT_THAT(broker.metrics().render(), ::testing::Not(HasSubstr("orders")));
}

}  // namespace
}  // namespace tarn::broker
