// What callers may do, by ACLs. Everybody here is User:ANONYMOUS.
#include <functional>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edges/kafka_server/handlers.h"
#include "edges/kafka_server/testing/test_server.h"
#include "formats/kafka_protocol/all_messages.h"
#include "formats/kafka_protocol/error_code.h"
#include "formats/kafka_protocol/resources.h"
#include "services/broker/testing/test_broker.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;
using access::Operation;
using access::Permission;
using access::ResourceType;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::ServerTest;

constexpr int16_t kTopicDenied = code(KafkaError::topic_authorization_failed);
constexpr int16_t kGroupDenied = code(KafkaError::group_authorization_failed);
constexpr int16_t kClusterDenied = code(KafkaError::cluster_authorization_failed);
constexpr int16_t kTransactionDenied = code(KafkaError::transactional_id_authorization_failed);
constexpr int16_t kUnknownTopic = code(KafkaError::unknown_topic_or_partition);
constexpr int16_t kUnknownTopicId = code(KafkaError::unknown_topic_id);

std::string name_of_all(ResourceType type) {
  return std::string(type == ResourceType::cluster ? access::kClusterName : access::kAnyName);
}

struct ByAcls : ServerTest {
  ByAcls() : ServerTest(testing::Access::by_acls) {
    create_topic("orders");
    id = broker->topics().find(TopicName("orders"))->id;
  }

  void allow(Operation operation, ResourceType type, const std::string& name,
             Permission permission = Permission::allow) {
    access::AclBinding line{.type = type,
                            .name = name,
                            .principal = "User:ANONYMOUS",
                            .host = "127.0.0.1",
                            .operation = operation,
                            .permission = permission};
    ASSERT_TRUE(broker.run(acls->add({std::move(line)})));
  }
  void allow_topic(Operation operation) { allow(operation, ResourceType::topic, "orders"); }
  void allow_needs(const ApiRow& row) {
    for (const Need& need : row.needs.all()) {
      allow(need.operation, need.type, name_of_all(need.type));
    }
  }
  MetadataResponse::Topic look_up(std::string_view name, bool may_create = false) {
    MetadataRequest request{.allow_auto_topic_creation = may_create};
    request.topics.emplace().push_back({.topic_id = {}, .name = name});
    return call<MetadataResponse>(request, 12).topics.at(0);
  }
  MetadataResponse::Topic look_up(const Uuid& topic_id) {
    MetadataRequest request;
    request.topics.emplace().push_back({.topic_id = topic_id, .name = std::nullopt});
    return call<MetadataResponse>(request, 12).topics.at(0);
  }
  std::vector<std::string> listed() {
    std::vector<std::string> names;
    for (auto& topic : call<MetadataResponse>(MetadataRequest{}, 12).topics) {
      names.push_back(*topic.name);
    }
    return names;
  }
  std::vector<ProduceResponse::Topic> produce(const std::vector<std::string_view>& topics,
                                              const Bytes& batch) {
    ProduceRequest request{.acks = -1, .timeout_ms = 1000};
    for (const auto topic : topics) {
      request.topics.push_back({.name = topic, .topic_id = {}, .partitions = {{0, batch}}});
    }
    return call<ProduceResponse>(request, 9).topics;
  }

  Uuid id;
};

// A request of each API about topic "orders", group "readers" or transaction "copier", and the
// error of its answer.
using Probe = std::function<int16_t(ByAcls&)>;

template <class Request, class Response>
Probe probe(Request request, int16_t version, auto error_of) {
  return [=](ByAcls& test) -> int16_t { return error_of(test.call<Response>(request, version)); };
}
auto first_partition(auto member) {
  return [=](const auto& response) { return (response.*member).at(0).partitions.at(0).error_code; };
}
template <class Response>
int16_t in_partition(const Response& response) {
  return response.topics.at(0).partitions.at(0).error_code;
}
template <class Response>
int16_t at_top(const Response& response) {
  return response.error_code;
}
template <class Response>
int16_t in_topic(const Response& response) {
  return response.topics.at(0).error_code;
}
template <class Response>
int16_t in_result(const Response& response) {
  return response.results.at(0).error_code;
}
template <class Response>
int16_t in_resource(const Response& response) {
  return response.resources.at(0).error_code;
}

std::map<int16_t, Probe> group_probes() {
  std::map<int16_t, Probe> probes;
  probes[8] = probe<OffsetCommitRequest, OffsetCommitResponse>(
      {.group_id = "readers",
       .topics = {{.name = "orders", .topic_id = {}, .partitions = {{.partition_index = 0}}}}},
      9, in_partition<OffsetCommitResponse>);
  probes[9] = probe<OffsetFetchRequest, OffsetFetchResponse>(
      {.groups = {{.group_id = "readers", .topics = std::nullopt}}}, 9,
      [](const auto& response) { return response.groups.at(0).error_code; });
  probes[10] = probe<FindCoordinatorRequest, FindCoordinatorResponse>(
      {.coordinator_keys = {"readers"}}, 4,
      [](const auto& response) { return response.coordinators.at(0).error_code; });
  probes[11] = probe<JoinGroupRequest, JoinGroupResponse>(
      {.group_id = "readers", .session_timeout_ms = 10'000, .protocol_type = "consumer"}, 9,
      at_top<JoinGroupResponse>);
  probes[12] = probe<HeartbeatRequest, HeartbeatResponse>({.group_id = "readers"}, 4,
                                                          at_top<HeartbeatResponse>);
  probes[13] = probe<LeaveGroupRequest, LeaveGroupResponse>({.group_id = "readers"}, 5,
                                                            at_top<LeaveGroupResponse>);
  probes[14] = probe<SyncGroupRequest, SyncGroupResponse>({.group_id = "readers"}, 5,
                                                          at_top<SyncGroupResponse>);
  probes[15] = probe<DescribeGroupsRequest, DescribeGroupsResponse>(
      {.groups = {"readers"}}, 5,
      [](const auto& response) { return response.groups.at(0).error_code; });
  probes[42] = probe<DeleteGroupsRequest, DeleteGroupsResponse>({.groups_names = {"readers"}}, 2,
                                                                in_result<DeleteGroupsResponse>);
  probes[47] = probe<OffsetDeleteRequest, OffsetDeleteResponse>({.group_id = "readers"}, 0,
                                                                at_top<OffsetDeleteResponse>);
  probes[68] = probe<ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse>(
      {.group_id = "readers"}, 1, at_top<ConsumerGroupHeartbeatResponse>);
  probes[69] = probe<ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse>(
      {.group_ids = {"readers"}}, 1,
      [](const auto& answer) { return answer.groups.at(0).error_code; });
  return probes;
}

void add_topic_probes(std::map<int16_t, Probe>& probes) {
  probes[0] = probe<ProduceRequest, ProduceResponse>(
      {.acks = 1, .topics = {{.name = "orders", .topic_id = {}, .partitions = {{.index = 0}}}}}, 9,
      in_partition<ProduceResponse>);
  probes[1] = probe<FetchRequest, FetchResponse>(
      {.topics = {{.topic = "orders", .topic_id = {}, .partitions = {{.partition = 0}}}}}, 12,
      in_partition<FetchResponse>);
  probes[2] = probe<ListOffsetsRequest, ListOffsetsResponse>(
      {.topics = {{.name = "orders", .partitions = {{.partition_index = 0}}}}}, 7,
      in_partition<ListOffsetsResponse>);
  probes[3] = probe<MetadataRequest, MetadataResponse>(
      {.topics = {{{.topic_id = {}, .name = "orders"}}}}, 9, in_topic<MetadataResponse>);
  probes[19] = probe<CreateTopicsRequest, CreateTopicsResponse>(
      {.topics = {{.name = "made"}}, .validate_only = true}, 7, in_topic<CreateTopicsResponse>);
  probes[20] = probe<DeleteTopicsRequest, DeleteTopicsResponse>(
      {.topics = {{.name = "others", .topic_id = {}}}}, 6, in_topic<DeleteTopicsResponse>);
  probes[21] = probe<DeleteRecordsRequest, DeleteRecordsResponse>(
      {.topics = {{.name = "orders", .partitions = {{.partition_index = 0}}}}}, 2,
      in_partition<DeleteRecordsResponse>);
  probes[23] = probe<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse>(
      {.topics = {{.topic = "orders", .partitions = {{.partition = 0}}}}}, 4,
      in_partition<OffsetForLeaderEpochResponse>);
  probes[37] = probe<CreatePartitionsRequest, CreatePartitionsResponse>(
      {.topics = {{.name = "orders", .count = 2, .assignments = std::nullopt}}}, 3,
      in_topic<CreatePartitionsResponse>);
  probes[75] = probe<DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse>(
      {.topics = {{.name = "orders"}}}, 0, in_topic<DescribeTopicPartitionsResponse>);
  probes[61] = probe<DescribeProducersRequest, DescribeProducersResponse>(
      {.topics = {{.name = "orders", .partition_indexes = {0}}}}, 0,
      in_partition<DescribeProducersResponse>);
}

void add_transaction_probes(std::map<int16_t, Probe>& probes) {
  probes[22] =
      probe<InitProducerIdRequest, InitProducerIdResponse>({}, 4, at_top<InitProducerIdResponse>);
  probes[24] = probe<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse>(
      {.transactional_id = "copier", .topics = {{.name = "orders", .partitions = {0}}}}, 3,
      in_partition<AddPartitionsToTxnResponse>);
  probes[25] = probe<AddOffsetsToTxnRequest, AddOffsetsToTxnResponse>(
      {.transactional_id = "copier", .group_id = "readers"}, 3, at_top<AddOffsetsToTxnResponse>);
  probes[26] = probe<EndTxnRequest, EndTxnResponse>({.transactional_id = "copier"}, 3,
                                                    at_top<EndTxnResponse>);
  probes[27] = probe<WriteTxnMarkersRequest, WriteTxnMarkersResponse>(
      {.markers = {{.topics = {{.name = "orders", .partition_indexes = {0}}}}}}, 1,
      [](const auto& response) { return in_partition(response.markers.at(0)); });
  probes[28] = probe<TxnOffsetCommitRequest, TxnOffsetCommitResponse>(
      {.transactional_id = "copier",
       .group_id = "readers",
       .topics = {{.name = "orders", .partitions = {{.partition_index = 0}}}}},
      3, in_partition<TxnOffsetCommitResponse>);
  probes[65] = probe<DescribeTransactionsRequest, DescribeTransactionsResponse>(
      {.transactional_ids = {"copier"}}, 0,
      [](const auto& response) { return response.transaction_states.at(0).error_code; });
}

void add_cluster_probes(std::map<int16_t, Probe>& probes) {
  probes[29] = probe<DescribeAclsRequest, DescribeAclsResponse>(
      {.resource_type = 1, .pattern_type = 1, .operation = 1, .permission_type = 1}, 3,
      at_top<DescribeAclsResponse>);
  probes[30] = probe<CreateAclsRequest, CreateAclsResponse>({.creations = {{.resource_type = 2,
                                                                            .resource_name = "t",
                                                                            .principal = "User:bob",
                                                                            .host = "*",
                                                                            .operation = 3,
                                                                            .permission_type = 3}}},
                                                            3, in_result<CreateAclsResponse>);
  probes[31] = probe<DeleteAclsRequest, DeleteAclsResponse>(
      {.filters = {{.resource_type = 7, .operation = 1, .permission_type = 1}}}, 3,
      in_result<DeleteAclsResponse>);
  probes[32] = probe<DescribeConfigsRequest, DescribeConfigsResponse>(
      {.resources = {{.resource_type = kResourceTopic, .resource_name = "orders"}}}, 4,
      in_resource<DescribeConfigsResponse>);
  probes[33] = probe<AlterConfigsRequest, AlterConfigsResponse>(
      {.resources = {{.resource_type = kResourceTopic, .resource_name = "orders", .configs = {}}}},
      2, in_resource<AlterConfigsResponse>);
  probes[44] = probe<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(
      {.resources = {{.resource_type = kResourceTopic, .resource_name = "orders", .configs = {}}}},
      1, in_resource<IncrementalAlterConfigsResponse>);
  probes[34] = probe<AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse>(
      {.dirs = {{.path = "/x", .topics = {{.name = "orders", .partitions = {0}}}}}}, 2,
      first_partition(&AlterReplicaLogDirsResponse::results));
  probes[35] = probe<DescribeLogDirsRequest, DescribeLogDirsResponse>(
      {}, 4, at_top<DescribeLogDirsResponse>);
  probes[43] =
      probe<ElectLeadersRequest, ElectLeadersResponse>({}, 2, at_top<ElectLeadersResponse>);
  probes[45] = probe<AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse>(
      {}, 0, at_top<AlterPartitionReassignmentsResponse>);
  probes[46] = probe<ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse>(
      {}, 0, at_top<ListPartitionReassignmentsResponse>);
  probes[55] =
      probe<DescribeQuorumRequest, DescribeQuorumResponse>({}, 1, at_top<DescribeQuorumResponse>);
  probes[48] = probe<DescribeClientQuotasRequest, DescribeClientQuotasResponse>(
      {}, 1, at_top<DescribeClientQuotasResponse>);
  probes[49] = probe<AlterClientQuotasRequest, AlterClientQuotasResponse>(
      {.entries = {{.entity = {{"user", "alice"}}, .operations = {}}}, .validate_only = true}, 1,
      [](const auto& response) { return response.entries.at(0).error_code; });
  probes[50] = probe<DescribeUserScramCredentialsRequest, DescribeUserScramCredentialsResponse>(
      {}, 0, at_top<DescribeUserScramCredentialsResponse>);
  probes[51] = probe<AlterUserScramCredentialsRequest, AlterUserScramCredentialsResponse>(
      {.deletions = {{.name = "alice", .mechanism = 1}}, .upsertions = {}}, 0,
      in_result<AlterUserScramCredentialsResponse>);
  probes[57] =
      probe<UpdateFeaturesRequest, UpdateFeaturesResponse>({}, 1, at_top<UpdateFeaturesResponse>);
  probes[74] = probe<ListConfigResourcesRequest, ListConfigResourcesResponse>(
      {}, 1, at_top<ListConfigResourcesResponse>);
}

// Those that answer everybody with what they may know have tests of their own.
bool answers_everybody(const ApiRow& row) {
  constexpr std::array kFiltered{kListGroups.key, kListTransactions.key};
  return row.needs.all().empty() || std::ranges::find(kFiltered, row.api.key) != kFiltered.end();
}

bool is_denial(int16_t error) {
  return error == kTopicDenied || error == kGroupDenied || error == kClusterDenied ||
         error == kTransactionDenied;
}

TEST_F(ByAcls, EveryApiNeedsItsRights) {
  auto probes = group_probes();
  add_topic_probes(probes);
  add_transaction_probes(probes);
  add_cluster_probes(probes);
  for (const ApiRow& row : api_rows()) {
    if (answers_everybody(row)) continue;
    const auto ask = probes.find(row.api.key);
    ASSERT_NE(ask, probes.end()) << row.api.name << " has no probe here";
    EXPECT_TRUE(is_denial(ask->second(*this))) << row.api.name;
    allow_needs(row);
    EXPECT_FALSE(is_denial(ask->second(*this))) << row.api.name;
    ASSERT_TRUE(broker.run(acls->remove(acls->list().find({}))));
  }
}

TEST_F(ByAcls, WhatIsThereAndWhatIsNotAnswerAlike) {
  for (const std::string_view name : {"orders", "nowhere"}) {
    EXPECT_EQ(look_up(name).error_code, kTopicDenied) << name;
    EXPECT_EQ(look_up(name, true).error_code, kTopicDenied) << name;
  }
  const Uuid other{.bytes = {7}};
  for (const Uuid& topic_id : {id, other}) {
    EXPECT_EQ(look_up(topic_id).error_code, kUnknownTopicId);
    EXPECT_EQ(look_up(topic_id).name, std::nullopt);
    DeleteTopicsRequest request{.topics = {{.name = std::nullopt, .topic_id = topic_id}}};
    EXPECT_EQ(call<DeleteTopicsResponse>(request, 6).topics.at(0).error_code, kUnknownTopicId);
  }
  EXPECT_NE(broker->topics().find(TopicName("orders")), nullptr);
  EXPECT_EQ(broker->topics().find(TopicName("nowhere")), nullptr);
}

TEST_F(ByAcls, WhoMayNotReadIsToldSoWhenItMayDescribe) {
  allow_topic(Operation::describe);
  EXPECT_EQ(look_up("orders").error_code, 0);
  FetchRequest request{.topics = {{.topic = {}, .topic_id = id, .partitions = {{.partition = 0}}}}};
  EXPECT_EQ(in_partition(call<FetchResponse>(request, 13)), kTopicDenied);
}

TEST_F(ByAcls, ListsShowWhatMayBeDescribed) {
  create_topic("hidden");
  EXPECT_THAT(listed(), IsEmpty());
  allow_topic(Operation::read);
  EXPECT_THAT(listed(), ElementsAre("orders"));
}

TEST_F(ByAcls, ARegularExpressionMeansTopicsThatMayBeDescribed) {
  create_topic("hidden");
  allow(Operation::read, ResourceType::group, "readers");
  allow_topic(Operation::describe);
  const auto answer = call<ConsumerGroupHeartbeatResponse>(
      ConsumerGroupHeartbeatRequest{.group_id = "readers",
                                    .member_id = "one",
                                    .rebalance_timeout_ms = 1000,
                                    .subscribed_topic_regex = ".*",
                                    .topic_partitions = {{}}},
      1);
  ASSERT_EQ(answer.error_code, 0);
  ASSERT_TRUE(answer.assignment);
  ASSERT_EQ(answer.assignment->topic_partitions.size(), 1U);
  EXPECT_EQ(answer.assignment->topic_partitions[0].topic_id, id);
}

TEST_F(ByAcls, ATopicIsMadeByWhoMayCreateIt) {
  allow(Operation::describe, ResourceType::topic, "made");
  EXPECT_EQ(look_up("made", true).error_code, kTopicDenied);
  EXPECT_EQ(look_up("made").error_code, kUnknownTopic);
  allow(Operation::create, ResourceType::topic, "made");
  EXPECT_EQ(look_up("made", true).error_code, 0);
}

TEST_F(ByAcls, WhatMayBeDoneIsDoneBesideWhatMayNot) {
  create_topic("hidden");
  allow_topic(Operation::write);
  const auto topics = produce({"hidden", "orders", "nowhere"}, broker::testing::batch_of({"a"}));
  std::map<std::string, int16_t> errors;
  for (const auto& topic : topics) errors[topic.name] = topic.partitions.at(0).error_code;
  EXPECT_EQ(errors["orders"], 0);
  EXPECT_EQ(errors["hidden"], kTopicDenied);
  EXPECT_EQ(errors["nowhere"], kTopicDenied);
}

TEST_F(ByAcls, AnAclIsInEffectOnOpenConnectionsAtOnce) {
  allow_topic(Operation::read);
  EXPECT_EQ(look_up("orders").error_code, 0);
  allow(Operation::all, ResourceType::topic, "*", Permission::deny);
  EXPECT_EQ(look_up("orders").error_code, kTopicDenied);
}

TEST_F(ByAcls, ASessionIsJudgedAnewEachTime) {
  allow_topic(Operation::read);
  FetchRequest request{
      .session_epoch = 0,
      .topics = {{.topic = "orders", .topic_id = {}, .partitions = {{.partition = 0}}}}};
  const auto first = call<FetchResponse>(request, 12);
  EXPECT_EQ(in_partition(first), 0);
  allow(Operation::read, ResourceType::topic, "orders", Permission::deny);
  const auto next =
      call<FetchResponse>(FetchRequest{.session_id = first.session_id, .session_epoch = 1}, 12);
  EXPECT_EQ(in_partition(next), kTopicDenied);
}

TEST_F(ByAcls, AnIdempotentProducerNeedsATopicToWriteTo) {
  EXPECT_EQ(at_top(call<InitProducerIdResponse>(InitProducerIdRequest{}, 4)), kClusterDenied);
  allow_topic(Operation::write);
  EXPECT_EQ(at_top(call<InitProducerIdResponse>(InitProducerIdRequest{}, 4)), 0);
}

TEST_F(ByAcls, AllPartitionsJoinATransactionOrNone) {
  allow(Operation::write, ResourceType::transactional_id, "copier");
  allow_topic(Operation::write);
  AddPartitionsToTxnRequest request{
      .transactional_id = "copier",
      .topics = {{.name = "orders", .partitions = {0}}, {.name = "hidden", .partitions = {0}}}};
  std::map<std::string, int16_t> errors;
  for (const auto& topic : call<AddPartitionsToTxnResponse>(request, 3).topics) {
    errors[topic.name] = topic.partitions.at(0).error_code;
  }
  EXPECT_EQ(errors["hidden"], kTopicDenied);
  EXPECT_EQ(errors["orders"], code(KafkaError::operation_not_attempted));
}

TEST_F(ByAcls, GroupsAreListedToWhoMayDescribeThemOrTheCluster) {
  JoinGroupRequest join{.group_id = "readers",
                        .session_timeout_ms = 10'000,
                        .rebalance_timeout_ms = 10'000,
                        .protocol_type = "consumer",
                        .protocols = {{.name = "range", .metadata = {}}}};
  allow(Operation::read, ResourceType::group, "readers");
  EXPECT_EQ(at_top(call<JoinGroupResponse>(join, 3)), 0);
  const auto count = [&] { return call<ListGroupsResponse>(ListGroupsRequest{}, 3).groups.size(); };
  EXPECT_EQ(count(), 1U);
  ASSERT_TRUE(broker.run(acls->remove(acls->list().find({}))));
  EXPECT_EQ(count(), 0U);
  allow(Operation::describe, ResourceType::cluster, "kafka-cluster");
  EXPECT_EQ(count(), 1U);
}

TEST_F(ByAcls, OperationsAreThoseOfTheCaller) {
  allow_topic(Operation::write);
  MetadataRequest request{.include_topic_authorized_operations = true};
  const auto topics = call<MetadataResponse>(request, 12).topics;
  EXPECT_EQ(topics.at(0).authorized_operations, (1 << 4) | (1 << 8));
  DescribeClusterRequest cluster{.include_cluster_authorized_operations = true};
  EXPECT_EQ(call<DescribeClusterResponse>(cluster, 1).cluster_authorized_operations, 0);
  allow(Operation::alter, ResourceType::cluster, "kafka-cluster");
  EXPECT_EQ(call<DescribeClusterResponse>(cluster, 1).cluster_authorized_operations,
            (1 << 7) | (1 << 8));
}

TEST_F(ByAcls, DenialsAreCounted) {
  look_up("orders");
  EXPECT_NE(broker.metrics().render().find(
                R"(tarn_kafka_denied_total{operation="describe",resource="topic"} 1)"),
            std::string::npos);
}

}  // namespace
}  // namespace tarn::kafka_server
