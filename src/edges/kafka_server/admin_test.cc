// Topics and their configuration over the wire.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edges/kafka_server/testing/test_server.h"
#include "formats/kafka_protocol/alter_configs.h"
#include "formats/kafka_protocol/create_partitions.h"
#include "formats/kafka_protocol/create_topics.h"
#include "formats/kafka_protocol/delete_topics.h"
#include "formats/kafka_protocol/describe_cluster.h"
#include "formats/kafka_protocol/describe_configs.h"
#include "formats/kafka_protocol/error_code.h"
#include "formats/kafka_protocol/metadata.h"
#include "formats/kafka_protocol/resources.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;
using ::testing::ElementsAre;
using testing::ServerTest;

constexpr int16_t kUnknownTopic = code(KafkaError::unknown_topic_or_partition);

struct Admin : ServerTest {
  CreateTopicsResponse::Topic create(CreateTopicsRequest::Topic topic, bool validate_only = false) {
    CreateTopicsRequest request{.validate_only = validate_only};
    request.topics.push_back(std::move(topic));
    return call<CreateTopicsResponse>(request, 7).topics.at(0);
  }
  MetadataResponse::Topic look_up(std::string_view name, bool may_create = false,
                                  int16_t version = 12) {
    MetadataRequest request{.allow_auto_topic_creation = may_create};
    request.topics.emplace().push_back({.topic_id = {}, .name = name});
    return call<MetadataResponse>(request, version).topics.at(0);
  }
  bool exists(const std::string& name) { return broker->topics().find(TopicName(name)) != nullptr; }
  std::map<std::string, DescribeConfigsResponse::Config> configs(int8_t type,
                                                                 std::string_view name) {
    DescribeConfigsRequest request{.include_synonyms = true, .include_documentation = true};
    request.resources = {{.resource_type = type, .resource_name = name}};
    std::map<std::string, DescribeConfigsResponse::Config> by_name;
    for (auto& config : call<DescribeConfigsResponse>(request, 4).resources.at(0).configs) {
      by_name[config.name] = config;
    }
    return by_name;
  }
  int16_t alter(IncrementalAlterConfigsRequest::Config config) {
    IncrementalAlterConfigsRequest request;
    request.resources = {{.resource_type = kResourceTopic, .resource_name = "orders"}};
    request.resources[0].configs.push_back(config);
    return call<IncrementalAlterConfigsResponse>(request, 1).resources.at(0).error_code;
  }
};

TEST_F(Admin, ATopicIsCreatedAsAskedFor) {
  auto made = create({.name = "orders",
                      .num_partitions = 3,
                      .replication_factor = 3,
                      .configs = {{.name = "retention.ms", .value = "1000"}}});
  EXPECT_EQ(made.error_code, 0);
  EXPECT_EQ(made.num_partitions, 3);
  EXPECT_EQ(look_up("orders").partitions.size(), 3U);
  EXPECT_EQ(look_up("orders").topic_id, made.topic_id);
  EXPECT_EQ(configs(kResourceTopic, "orders")["retention.ms"].value, "1000");
}

TEST_F(Admin, MinusOneIsTheDefaultOfTheBroker) {
  auto made = create({.name = "orders", .num_partitions = -1, .replication_factor = -1});
  EXPECT_EQ(made.error_code, 0);
  EXPECT_EQ(made.num_partitions, broker->options().default_partitions);
}

TEST_F(Admin, ValidationAloneCreatesNothing) {
  EXPECT_EQ(create({.name = "orders"}, true).error_code, 0);
  EXPECT_FALSE(exists("orders"));
}

TEST_F(Admin, WhatCannotBeCreatedIsToldWhy) {
  create_topic("there");
  EXPECT_EQ(create({.name = "there"}).error_code, code(KafkaError::topic_already_exists));
  EXPECT_EQ(create({.name = "../etc"}).error_code, code(KafkaError::invalid_topic));
  const std::string long_name(250, 'x');
  EXPECT_EQ(create({.name = long_name}).error_code, code(KafkaError::invalid_topic));
  EXPECT_EQ(create({.name = "none", .num_partitions = 0}).error_code,
            code(KafkaError::invalid_partitions));
  auto wrong = create({.name = "bad", .configs = {{.name = "no.such.key", .value = "1"}}});
  EXPECT_EQ(wrong.error_code, code(KafkaError::invalid_config));
  EXPECT_THAT(*wrong.error_message, ::testing::HasSubstr("no.such.key"));
}

TEST_F(Admin, ATopicNamedTwiceIsRefused) {
  CreateTopicsRequest request;
  request.topics = {{.name = "twice"}, {.name = "twice"}};
  for (const auto& topic : call<CreateTopicsResponse>(request, 7).topics) {
    EXPECT_EQ(topic.error_code, code(KafkaError::invalid_request));
  }
  EXPECT_FALSE(exists("twice"));
}

TEST_F(Admin, ReplicasByHandMustBeOnThisNode) {
  auto made = create({.name = "orders",
                      .assignments = {{.partition_index = 0, .broker_ids = {1}},
                                      {.partition_index = 1, .broker_ids = {1}}}});
  EXPECT_EQ(made.num_partitions, 2);
  auto refused =
      create({.name = "other", .assignments = {{.partition_index = 0, .broker_ids = {1, 2}}}});
  EXPECT_EQ(refused.error_code, code(KafkaError::invalid_replica_assignment));
}

TEST_F(Admin, MetadataNamesAllTopicsOrThoseAskedFor) {
  create_topic("a");
  create_topic("b");
  auto names = [](const MetadataResponse& answer) {
    std::vector<std::string> all;
    for (const auto& topic : answer.topics) {
      if (!topic.is_internal) all.push_back(*topic.name);
    }
    return all;
  };
  MetadataRequest none;
  none.topics.emplace();
  EXPECT_THAT(names(call<MetadataResponse>(none, 0)), ElementsAre("a", "b"));
  EXPECT_THAT(names(call<MetadataResponse>(none, 1)), ElementsAre());
  EXPECT_THAT(names(call<MetadataResponse>(MetadataRequest{}, 13)), ElementsAre("a", "b"));
  EXPECT_EQ(look_up("b").error_code, 0);
}

TEST_F(Admin, MetadataFindsATopicByItsId) {
  create_topic("a");
  MetadataRequest request;
  request.topics.emplace().push_back(
      {.topic_id = broker->topics().find(TopicName("a"))->id, .name = std::nullopt});
  EXPECT_EQ(call<MetadataResponse>(request, 12).topics.at(0).name, "a");
  request.topics->at(0).topic_id.bytes[0] ^= 1;
  auto unknown = call<MetadataResponse>(request, 12).topics.at(0);
  EXPECT_EQ(unknown.error_code, code(KafkaError::unknown_topic_id));
  EXPECT_FALSE(unknown.name);
}

TEST_F(Admin, ATopicIsMadeWhenAClientMayMakeIt) {
  EXPECT_EQ(look_up("new", false).error_code, kUnknownTopic);
  EXPECT_FALSE(exists("new"));
  EXPECT_EQ(look_up("new", true).error_code, 0);
  EXPECT_TRUE(exists("new"));
  EXPECT_EQ(look_up("../new", true).error_code, code(KafkaError::invalid_topic));
}

TEST_F(Admin, DeletedTopicsAreGone) {
  create_topic("a");
  DeleteTopicsRequest request;
  request.topic_names = {"a", "b"};
  auto answer = call<DeleteTopicsResponse>(request, 5);
  EXPECT_EQ(answer.topics.at(0).error_code, 0);
  EXPECT_EQ(answer.topics.at(1).error_code, kUnknownTopic);
  EXPECT_FALSE(exists("a"));
}

TEST_F(Admin, ATopicIsDeletedByItsId) {
  create_topic("a");
  DeleteTopicsRequest request;
  request.topics = {{.name = std::nullopt, .topic_id = look_up("a").topic_id}};
  auto answer = call<DeleteTopicsResponse>(request, 6).topics.at(0);
  EXPECT_EQ(answer.error_code, 0);
  EXPECT_EQ(answer.name, "a");
  EXPECT_FALSE(exists("a"));
  EXPECT_EQ(call<DeleteTopicsResponse>(request, 6).topics.at(0).error_code,
            code(KafkaError::unknown_topic_id));
}

TEST_F(Admin, WhatIsToBeDeletedIsNamedOnce) {
  create_topic("a");
  DeleteTopicsRequest twice;
  twice.topic_names = {"a", "a"};
  EXPECT_EQ(call<DeleteTopicsResponse>(twice, 5).topics.at(0).error_code,
            code(KafkaError::invalid_request));
  DeleteTopicsRequest both;
  both.topics = {{.name = "a", .topic_id = look_up("a").topic_id}};
  EXPECT_EQ(call<DeleteTopicsResponse>(both, 6).topics.at(0).error_code,
            code(KafkaError::invalid_request));
  EXPECT_TRUE(exists("a"));
}

TEST_F(Admin, NamesOfTheBrokerAreNotForClients) {
  EXPECT_EQ(create({.name = "__consumer_offsets"}).error_code, code(KafkaError::invalid_topic));
  EXPECT_EQ(look_up("__consumer_offsets", true).error_code, kUnknownTopic);
  EXPECT_FALSE(exists("__consumer_offsets"));
}

TEST_F(Admin, ATopicThatGrowsTwiceInOneRequestIsRefused) {
  create_topic("a");
  CreatePartitionsRequest request;
  request.topics = {{.name = "a", .count = 2}, {.name = "a", .count = 3}};
  EXPECT_EQ(call<CreatePartitionsResponse>(request, 3).topics.at(1).error_code,
            code(KafkaError::invalid_request));
  EXPECT_EQ(look_up("a").partitions.size(), 1U);
}

TEST_F(Admin, TopicsGrowButDoNotShrink) {
  create_topic("a", 2);
  CreatePartitionsRequest request;
  request.topics = {{.name = "a", .count = 4}};
  EXPECT_EQ(call<CreatePartitionsResponse>(request, 3).topics.at(0).error_code, 0);
  EXPECT_EQ(look_up("a").partitions.size(), 4U);
  request.topics[0].count = 3;
  EXPECT_EQ(call<CreatePartitionsResponse>(request, 3).topics.at(0).error_code,
            code(KafkaError::invalid_partitions));
}

TEST_F(Admin, AllDefaultsAreDescribed) {
  create_topic("orders");
  auto topic = configs(kResourceTopic, "orders");
  EXPECT_EQ(topic["cleanup.policy"].value, "delete");
  EXPECT_EQ(topic["cleanup.policy"].config_source, 5);
  EXPECT_FALSE(topic["retention.ms"].documentation->empty());
  EXPECT_FALSE(topic["retention.ms"].synonyms.empty());
  EXPECT_TRUE(configs(kResourceBroker, "1").contains("num.partitions"));
  EXPECT_TRUE(configs(kResourceBroker, "2").empty());
}

TEST_F(Admin, OnlyTheKeysAskedForAreDescribed) {
  create_topic("orders");
  DescribeConfigsRequest request;
  request.resources = {{.resource_type = kResourceTopic, .resource_name = "orders"}};
  request.resources[0].configuration_keys = {"retention.ms"};
  EXPECT_EQ(call<DescribeConfigsResponse>(request, 1).resources.at(0).configs.size(), 1U);
}

TEST_F(Admin, ConfigurationChangesKeyByKey) {
  create_topic("orders");
  EXPECT_EQ(alter({.name = "retention.ms", .operation = 0, .value = "5000"}), 0);
  EXPECT_EQ(alter({.name = "cleanup.policy", .operation = 2, .value = "compact"}), 0);
  EXPECT_EQ(configs(kResourceTopic, "orders")["retention.ms"].value, "5000");
  EXPECT_EQ(configs(kResourceTopic, "orders")["cleanup.policy"].value, "delete,compact");
  EXPECT_EQ(alter({.name = "cleanup.policy", .operation = 3, .value = "compact"}), 0);
  EXPECT_EQ(configs(kResourceTopic, "orders")["cleanup.policy"].value, "delete");
  EXPECT_EQ(alter({.name = "retention.ms", .operation = 1}), 0);
  EXPECT_EQ(configs(kResourceTopic, "orders")["retention.ms"].config_source, 5);
}

TEST_F(Admin, WrongConfigurationChangesNothing) {
  create_topic("orders");
  constexpr int16_t kInvalid = code(KafkaError::invalid_config);
  EXPECT_EQ(alter({.name = "retention.ms", .operation = 0, .value = "soon"}), kInvalid);
  EXPECT_EQ(alter({.name = "retention.ms", .operation = 2, .value = "1"}), kInvalid);
  EXPECT_EQ(alter({.name = "retention.ms", .operation = 9, .value = "1"}), kInvalid);
  EXPECT_EQ(configs(kResourceTopic, "orders")["retention.ms"].config_source, 5);
}

TEST_F(Admin, WhatIsSetForBrokersReachesTheirTopics) {
  create_topic("orders");
  IncrementalAlterConfigsRequest request;
  request.resources = {{.resource_type = kResourceBroker, .resource_name = ""}};
  request.resources[0].configs = {{.name = "log.retention.ms", .value = "5000"}};
  EXPECT_EQ(call<IncrementalAlterConfigsResponse>(request, 1).resources.at(0).error_code, 0);
  EXPECT_EQ(configs(kResourceTopic, "orders")["retention.ms"].value, "5000");
  EXPECT_EQ(configs(kResourceTopic, "orders")["retention.ms"].config_source, 3);
  EXPECT_EQ(configs(kResourceBroker, "1")["log.retention.ms"].config_source, 3);
  EXPECT_EQ(configs(kResourceBroker, "").size(), 1U);
  const auto log = broker->topics().find(TopicName("orders"))->settings.log;
  EXPECT_EQ(log.retention_age, Millis(5000));
}

TEST_F(Admin, WhatABrokerDoesNotChangeWhileItRunsIsRefused) {
  IncrementalAlterConfigsRequest request;
  request.resources = {{.resource_type = kResourceBroker, .resource_name = "1"}};
  request.resources[0].configs = {{.name = "num.partitions", .value = "5"}};
  EXPECT_EQ(call<IncrementalAlterConfigsResponse>(request, 1).resources.at(0).error_code,
            code(KafkaError::invalid_config));
  request.resources[0].resource_name = "2";
  EXPECT_EQ(call<IncrementalAlterConfigsResponse>(request, 1).resources.at(0).error_code,
            code(KafkaError::invalid_request));
}

TEST_F(Admin, TheOldWayToAlterReplacesAll) {
  create_topic("orders");
  alter({.name = "retention.ms", .operation = 0, .value = "5000"});
  AlterConfigsRequest request;
  request.resources = {{.resource_type = kResourceTopic, .resource_name = "orders"}};
  request.resources[0].configs = {{.name = "segment.bytes", .value = "1048576"}};
  EXPECT_EQ(call<AlterConfigsResponse>(request, 2).resources.at(0).error_code, 0);
  EXPECT_EQ(configs(kResourceTopic, "orders")["segment.bytes"].value, "1048576");
  EXPECT_EQ(configs(kResourceTopic, "orders")["retention.ms"].config_source, 5);
}

TEST_F(Admin, TheClusterIsThisNode) {
  auto answer = call<DescribeClusterResponse>(DescribeClusterRequest{}, 2);
  EXPECT_EQ(answer.cluster_id, "test-cluster");
  EXPECT_EQ(answer.brokers.at(0).broker_id, answer.controller_id);
  EXPECT_EQ(call<DescribeClusterResponse>(DescribeClusterRequest{.endpoint_type = 2}, 2).error_code,
            code(KafkaError::mismatched_endpoint_type));
}

}  // namespace
}  // namespace tarn::kafka_server
