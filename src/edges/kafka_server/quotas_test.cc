// Quotas over the wire: who uses more is answered, and then waits.
#include <gtest/gtest.h>

#include "edges/kafka_server/testing/test_server.h"
#include "formats/kafka_protocol/client_quotas.h"
#include "formats/kafka_protocol/create_topics.h"
#include "formats/kafka_protocol/error_code.h"
#include "formats/kafka_protocol/fetch.h"
#include "formats/kafka_protocol/metadata.h"
#include "formats/kafka_protocol/produce.h"
#include "services/broker/testing/test_broker.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;
using testing::Client;
using testing::ServerTest;
using Alter = AlterClientQuotasRequest;
using Describe = DescribeClientQuotasRequest;

constexpr int16_t kInvalid = code(KafkaError::invalid_request);

struct QuotasTest : ServerTest {
  QuotasTest() { create_topic("orders"); }

  AlterClientQuotasResponse::Entry alter(Alter::Entry entry, bool validate_only = false) {
    Alter request{.validate_only = validate_only};
    request.entries.push_back(std::move(entry));
    return call<AlterClientQuotasResponse>(request, 1).entries.at(0);
  }
  void set(std::string_view key, double value) {
    EXPECT_EQ(alter({.entity = {{"client-id", "test"}}, .operations = {{key, value}}}).error_code,
              0);
  }
  std::vector<DescribeClientQuotasResponse::Entry> describe(std::vector<Describe::Component> parts,
                                                            bool strict = false) {
    Describe request{.components = std::move(parts), .strict = strict};
    return call<DescribeClientQuotasResponse>(request, 1)
        .entries.value_or(std::vector<DescribeClientQuotasResponse::Entry>());
  }
  ProduceResponse produce() {
    ProduceRequest request{.acks = -1, .timeout_ms = 1000};
    request.topics = {{.name = "orders", .topic_id = {}, .partitions = {{0, batch}}}};
    return call<ProduceResponse>(request, 9);
  }
  FetchResponse fetch() {
    FetchRequest request{.max_wait_ms = 0, .max_bytes = 1 << 20};
    request.topics = {{.topic = "orders",
                       .topic_id = {},
                       .partitions = {{.partition = 0, .partition_max_bytes = 1 << 20}}}};
    return call<FetchResponse>(request, 12);
  }
  Millis since(os::MonotonicTime begin) const {
    return std::chrono::duration_cast<Millis>(broker.clock().monotonic() - begin);
  }

  const Bytes batch = broker::testing::batch_of({std::string(5000, 'x')});
};

TEST_F(QuotasTest, AreSetShownAndRemoved) {
  const Alter::Entry entry{.entity = {{"user", "alice"}, {"client-id", std::nullopt}},
                           .operations = {{"producer_byte_rate", 1024}}};
  EXPECT_EQ(alter(entry, true).error_code, 0);
  EXPECT_TRUE(describe({}).empty()) << "validated only";
  EXPECT_EQ(alter(entry).error_code, 0);
  const auto shown = describe({{"user", 0, "alice"}});
  ASSERT_EQ(shown.size(), 1U);
  EXPECT_EQ(shown.at(0).entity.at(1).entity_name, std::nullopt);
  EXPECT_EQ(shown.at(0).values.at(0).value, 1024);
  EXPECT_TRUE(describe({{"user", 0, "alice"}}, true).empty()) << "it has a second part";
  EXPECT_EQ(describe({{"user", 2, std::nullopt}, {"client-id", 1, std::nullopt}}, true).size(), 1U);
  EXPECT_EQ(
      alter({.entity = entry.entity, .operations = {{.key = "producer_byte_rate", .remove = true}}})
          .error_code,
      0);
  EXPECT_TRUE(describe({}).empty());
}

TEST_F(QuotasTest, WhatCannotBeIsRefused) {
  EXPECT_EQ(alter({.entity = {}, .operations = {{"producer_byte_rate", 1}}}).error_code, kInvalid);
  EXPECT_EQ(
      alter({.entity = {{"planet", "x"}}, .operations = {{"producer_byte_rate", 1}}}).error_code,
      kInvalid);
  EXPECT_EQ(alter({.entity = {{"user", "x"}}, .operations = {{"speed", 1}}}).error_code, kInvalid);
  EXPECT_EQ(
      alter({.entity = {{"user", "x"}}, .operations = {{"producer_byte_rate", -1}}}).error_code,
      kInvalid);
  EXPECT_EQ(
      alter({.entity = {{"user", "x"}, {"user", "y"}}, .operations = {{"producer_byte_rate", 1}}})
          .error_code,
      kInvalid);
  const auto twice = call<DescribeClientQuotasResponse>(
      Describe{.components = {{"user", 2, std::nullopt}, {"user", 2, std::nullopt}}}, 1);
  EXPECT_EQ(twice.error_code, kInvalid);
  EXPECT_FALSE(twice.entries);
}

TEST_F(QuotasTest, AProducerIsAnsweredAndThenWaits) {
  EXPECT_EQ(produce().throttle_time_ms, 0);
  set("producer_byte_rate", 10'000);
  const auto begin = broker.clock().monotonic();
  int32_t throttled = 0;
  for (int i = 0; i < 4; ++i) throttled = produce().throttle_time_ms;
  EXPECT_GT(throttled, 300);
  EXPECT_GT(since(begin), Millis(400)) << "20,000 bytes, of which a second's worth is free";
}

TEST_F(QuotasTest, AConsumerIsAnsweredAndThenWaits) {
  produce();
  set("consumer_byte_rate", 10'000);
  fetch();
  fetch();
  const auto third = fetch();
  EXPECT_EQ(third.topics.at(0).partitions.at(0).error_code, 0);
  EXPECT_GT(third.throttle_time_ms, 300);
  const auto begin = broker.clock().monotonic();
  fetch();
  EXPECT_GT(since(begin), Millis(300));
}

TEST_F(QuotasTest, OthersDoNotWait) {
  create_topic("free");
  EXPECT_EQ(alter({.entity = {{"client-id", "other"}}, .operations = {{"producer_byte_rate", 1}}})
                .error_code,
            0);
  EXPECT_EQ(produce().throttle_time_ms, 0);
}

TEST_F(QuotasTest, AMutedConnectionEndsWhenTheServerDoes) {
  set("producer_byte_rate", 1);
  EXPECT_GT(produce().throttle_time_ms, 1'000'000);
  client->ask(MetadataRequest{}, 9);
  const auto begin = broker.clock().monotonic();
  stop();
  EXPECT_LT(since(begin), Millis(1500));
}

TEST_F(QuotasTest, TooManyNewPartitionsAreRefused) {
  set("controller_mutation_rate", 0.01);
  const auto create = [&](std::string_view name) {
    CreateTopicsRequest request{.topics = {{.name = name, .num_partitions = 3}}};
    return call<CreateTopicsResponse>(request, 7);
  };
  EXPECT_EQ(create("a").topics.at(0).error_code, 0);
  client.emplace(connect());
  const auto second = create("b");
  EXPECT_EQ(second.topics.at(0).error_code, code(KafkaError::throttling_quota_exceeded));
  EXPECT_GT(second.throttle_time_ms, 100'000);
  EXPECT_EQ(broker->topics().find(TopicName("b")), nullptr);
}

}  // namespace
}  // namespace tarn::kafka_server
