#include "services/broker/topic_catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::broker {
namespace {

using ::testing::HasSubstr;

Uuid id_of(uint64_t seed) {
  Random random(seed);
  return Uuid::random(random);
}

Topic orders() {
  return {.name = TopicName("orders"),
          .id = id_of(1),
          .replication_factor = 3,
          .partitions = {LogId(7), LogId(8)},
          .config = {{"retention.ms", "1000"}},
          .settings = {}};
}

bool is_valid_name(const std::string& name) {
  return check_topic_name(TopicName(name)).has_value();
}

TEST(TopicCatalog, NamesFollowKafkasRules) {
  EXPECT_TRUE(is_valid_name("flight-kafka-topic"));
  EXPECT_TRUE(is_valid_name("a.B_9-"));
  EXPECT_TRUE(is_valid_name(std::string(249, 'a')));
  EXPECT_FALSE(is_valid_name(std::string(250, 'a')));
  EXPECT_FALSE(is_valid_name(""));
  EXPECT_FALSE(is_valid_name("."));
  EXPECT_FALSE(is_valid_name(".."));
  EXPECT_FALSE(is_valid_name("../../etc/passwd"));
  EXPECT_FALSE(is_valid_name("two words"));
  EXPECT_FALSE(is_valid_name("größe"));
  EXPECT_FALSE(is_valid_name(std::string("a\0b", 3)));
}

TEST(TopicCatalog, WhatIsStoredIsLoaded) {
  auto catalog = TopicCatalog::load(
      {{topic_key(TopicName("orders")), encode_topic(orders())}, {"producer-ids", {}}});
  ASSERT_TRUE(catalog);
  const Topic* topic = catalog->find(TopicName("orders"));
  ASSERT_NE(topic, nullptr);
  EXPECT_EQ(topic->id, id_of(1));
  EXPECT_EQ(topic->replication_factor, 3);
  EXPECT_EQ(topic->partitions, orders().partitions);
  EXPECT_EQ(topic->settings.log.retention_age, Millis(1000));
  EXPECT_EQ(catalog->partition_count(), 2U);
}

TEST(TopicCatalog, WhatBrokersSetIsLoadedAndReachesTheTopics) {
  auto catalog = TopicCatalog::load(
      {{topic_key(TopicName("orders")), encode_topic(orders())},
       {broker_config_key(BrokerScope::all), encode_broker_config({{"log.segment.bytes", "99"}})}});
  ASSERT_TRUE(catalog);
  EXPECT_EQ(catalog->find(TopicName("orders"))->settings.log.segment_bytes, 99U);
  catalog->set_broker_config(BrokerScope::this_one, {{"log.segment.bytes", "77"}});
  EXPECT_EQ(catalog->find(TopicName("orders"))->settings.log.segment_bytes, 77U);
}

TEST(TopicCatalog, ATopicIsFoundByItsIdUntilItGoes) {
  TopicCatalog catalog;
  catalog.put(orders());
  EXPECT_NE(catalog.find(id_of(1)), nullptr);
  catalog.remove(TopicName("orders"));
  EXPECT_EQ(catalog.find(id_of(1)), nullptr);
  EXPECT_EQ(catalog.partition_count(), 0U);
}

TEST(TopicCatalog, AMissingPartitionIsRefusedByName) {
  TopicCatalog catalog;
  catalog.put(orders());
  EXPECT_EQ(catalog.log_of({TopicName("orders"), PartitionId(1)}), LogId(8));
  for (int32_t partition : {-1, 2}) {
    auto log = catalog.log_of({TopicName("orders"), PartitionId(partition)});
    ASSERT_FALSE(log);
    EXPECT_EQ(log.error().reason, Reason::unknown_topic_or_partition);
  }
  auto missing = catalog.log_of({TopicName("sales"), PartitionId(0)});
  EXPECT_THAT(missing.error().message, HasSubstr("'sales'"));
}

TEST(TopicCatalog, NamesThatDifferInDotsOnlyCollide) {
  TopicCatalog catalog;
  catalog.put({.name = TopicName("a.b"), .id = id_of(2), .partitions = {LogId(1)}});
  EXPECT_NE(catalog.find_colliding(TopicName("a_b")), nullptr);
  EXPECT_EQ(catalog.find_colliding(TopicName("a.b")), nullptr);
  EXPECT_EQ(catalog.find_colliding(TopicName("a-b")), nullptr);
}

TEST(TopicCatalog, ADamagedDescriptionIsCorruptAndNothingElse) {
  const Bytes whole = encode_topic(orders());
  for (size_t length = 0; length < whole.size(); ++length) {
    auto topic = decode_topic(TopicName("orders"), BytesView(whole).first(length));
    ASSERT_FALSE(topic) << length;
    EXPECT_EQ(topic.error().code(), ErrorCode::corrupt);
  }
  Bytes longer = whole;
  longer.push_back(std::byte{0});
  EXPECT_FALSE(decode_topic(TopicName("orders"), longer));
}

TEST(TopicCatalog, ANewerDescriptionIsNotGuessedAt) {
  Bytes newer = encode_topic(orders());
  newer[0] = std::byte{2};
  auto topic = decode_topic(TopicName("orders"), newer);
  EXPECT_THAT(topic.error().message(), HasSubstr("unknown version 2"));
}

}  // namespace
}  // namespace tarn::broker
