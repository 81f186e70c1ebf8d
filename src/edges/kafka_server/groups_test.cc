// Consumer groups over the wire.
#include "formats/kafka_protocol/groups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edges/kafka_server/testing/test_server.h"
#include "formats/kafka_protocol/api_versions.h"
#include "formats/kafka_protocol/consumer_groups.h"
#include "formats/kafka_protocol/error_code.h"
#include "formats/kafka_protocol/find_coordinator.h"
#include "formats/kafka_protocol/leave_group.h"
#include "formats/kafka_protocol/membership.h"
#include "formats/kafka_protocol/offset_commit.h"
#include "formats/kafka_protocol/offset_delete.h"
#include "formats/kafka_protocol/offset_fetch.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;
using testing::ServerTest;

struct Groups : ServerTest {
  Groups() { create_topic("orders"); }

  JoinGroupResponse join(int16_t version, std::string_view member = "") {
    JoinGroupRequest request{.group_id = "g",
                             .session_timeout_ms = 10'000,
                             .rebalance_timeout_ms = 10'000,
                             .member_id = member,
                             .protocol_type = "consumer",
                             .protocols = {{.name = "range", .metadata = as_bytes("topics")}}};
    return call<JoinGroupResponse>(request, version);
  }
  // A group of one member that has its assignment.
  JoinGroupResponse become_member() {
    auto joined = join(5, join(5).member_id);
    SyncGroupRequest sync{.group_id = "g",
                          .generation_id = joined.generation_id,
                          .member_id = joined.member_id,
                          .assignments = {{joined.member_id, as_bytes("all")}}};
    EXPECT_EQ(as_text(call<SyncGroupResponse>(sync, 5).assignment), "all");
    return joined;
  }
  int16_t beat(const JoinGroupResponse& member, int32_t generation) {
    const HeartbeatRequest request{
        .group_id = "g", .generation_id = generation, .member_id = member.member_id};
    return call<HeartbeatResponse>(request, 4).error_code;
  }
  int16_t commit(int64_t offset, std::string_view metadata, int16_t version = 8) {
    OffsetCommitRequest request{.group_id = "g"};
    request.topics = {
        {.name = "orders",
         .topic_id = version < 10 ? Uuid{} : topic_id(),
         .partitions = {{.committed_offset = offset, .committed_metadata = metadata}}}};
    return call<OffsetCommitResponse>(request, version).topics.at(0).partitions.at(0).error_code;
  }
  Uuid topic_id() { return broker->topics().find(TopicName("orders"))->id; }
};

TEST_F(Groups, TheCoordinatorOfEveryGroupIsThisNode) {
  EXPECT_EQ(call<FindCoordinatorResponse>(FindCoordinatorRequest{.key = "g"}, 0).node_id, 1);
  FindCoordinatorRequest many{.coordinator_keys = {"g", "h"}};
  auto answer = call<FindCoordinatorResponse>(many, 6);
  ASSERT_EQ(answer.coordinators.size(), 2U);
  EXPECT_EQ(answer.coordinators[1].key, "h");
  EXPECT_EQ(answer.coordinators[1].port, server->port());
}

TEST_F(Groups, CoordinatorsAreThoseOfGroupsAndTransactions) {
  FindCoordinatorRequest request{.key = "t", .key_type = 1};
  EXPECT_EQ(call<FindCoordinatorResponse>(request, 2).node_id, 1);
  request.key_type = 2;
  EXPECT_EQ(call<FindCoordinatorResponse>(request, 2).error_code,
            code(KafkaError::invalid_request));
}

TEST_F(Groups, OldClientsJoinAtOnceNewOnesWithTheIdTheyAreGiven) {
  EXPECT_EQ(join(0).error_code, 0);
  auto first = join(5);
  EXPECT_EQ(first.error_code, code(KafkaError::member_id_required));
  EXPECT_FALSE(first.member_id.empty());
}

TEST_F(Groups, AMemberJoinsSyncsBeatsAndLeaves) {
  const auto member = become_member();
  EXPECT_EQ(member.leader, member.member_id);
  EXPECT_EQ(member.members.size(), 1U);
  EXPECT_EQ(beat(member, member.generation_id), 0);
  EXPECT_EQ(beat(member, member.generation_id + 1), code(KafkaError::illegal_generation));
  LeaveGroupRequest leave{.group_id = "g", .members = {{.member_id = member.member_id}}};
  EXPECT_EQ(call<LeaveGroupResponse>(leave, 5).members.at(0).error_code, 0);
  EXPECT_EQ(beat(member, member.generation_id), code(KafkaError::unknown_member_id));
}

TEST_F(Groups, OldLeaversHaveTheirErrorAtTheTop) {
  const auto member = become_member();
  LeaveGroupRequest leave{.group_id = "g", .member_id = "nobody"};
  EXPECT_EQ(call<LeaveGroupResponse>(leave, 1).error_code, code(KafkaError::unknown_member_id));
  leave.member_id = member.member_id;
  EXPECT_EQ(call<LeaveGroupResponse>(leave, 1).error_code, 0);
}

TEST_F(Groups, OffsetsAndTheirMetadataComeBack) {
  for (int16_t version = 2; version <= 10; ++version) {
    EXPECT_EQ(commit(version, "m" + std::to_string(version), version), 0) << version;
    for (int16_t fetched = 1; fetched <= 7; ++fetched) {
      OffsetFetchRequest request{.group_id = "g"};
      request.topics.emplace().push_back({.name = "orders", .partition_indexes = {0}});
      auto partition = call<OffsetFetchResponse>(request, fetched).topics.at(0).partitions.at(0);
      EXPECT_EQ(partition.committed_offset, version);
      EXPECT_EQ(partition.metadata, "m" + std::to_string(version));
    }
  }
}

TEST_F(Groups, OffsetsOfManyGroupsComeByNameOrId) {
  commit(5, "m");
  for (int16_t version = 8; version <= 10; ++version) {
    OffsetFetchRequest request;
    request.groups = {{.group_id = "g"}, {.group_id = "unknown"}};
    request.groups[0].topics.emplace().push_back(
        {.name = "orders", .topic_id = topic_id(), .partition_indexes = {0, 3}});
    if (version < 10) request.groups[0].topics->at(0).topic_id = {};
    auto answer = call<OffsetFetchResponse>(request, version);
    EXPECT_EQ(answer.groups.at(0).topics.at(0).partitions.at(0).committed_offset, 5);
    EXPECT_EQ(answer.groups[0].topics[0].partitions.at(1).committed_offset, -1);
    EXPECT_TRUE(answer.groups.at(1).topics.empty());
  }
}

TEST_F(Groups, AllOffsetsComeWhenNoTopicIsNamed) {
  commit(5, "m");
  auto answer = call<OffsetFetchResponse>(OffsetFetchRequest{.group_id = "g"}, 7);
  ASSERT_EQ(answer.topics.size(), 1U);
  EXPECT_EQ(answer.topics[0].name, "orders");
}

TEST_F(Groups, AnUnknownTopicIdIsRefusedAlone) {
  OffsetCommitRequest request{.group_id = "g"};
  Uuid unknown = topic_id();
  unknown.bytes[0] ^= 1;
  request.topics = {{.topic_id = unknown, .partitions = {{.committed_offset = 1}}},
                    {.topic_id = topic_id(), .partitions = {{.committed_offset = 2}}}};
  auto answer = call<OffsetCommitResponse>(request, 10);
  EXPECT_EQ(answer.topics.at(0).partitions.at(0).error_code, code(KafkaError::unknown_topic_id));
  EXPECT_EQ(answer.topics.at(1).partitions.at(0).error_code, 0);
}

TEST_F(Groups, GroupsAreListedDescribedAndDeleted) {
  const auto member = become_member();
  ListGroupsRequest list{.states_filter = {"stable"}, .types_filter = {"Classic"}};
  EXPECT_EQ(call<ListGroupsResponse>(list, 5).groups.at(0).group_id, "g");
  list.states_filter = {"Empty"};
  EXPECT_TRUE(call<ListGroupsResponse>(list, 5).groups.empty());
  list = {.types_filter = {"consumer"}};
  EXPECT_TRUE(call<ListGroupsResponse>(list, 5).groups.empty());

  DescribeGroupsRequest describe{.groups = {"g", "unknown"}};
  auto described = call<DescribeGroupsResponse>(describe, 6);
  EXPECT_EQ(described.groups.at(0).group_state, "Stable");
  EXPECT_EQ(described.groups[0].members.at(0).client_id, "test");
  EXPECT_EQ(described.groups[0].members[0].client_host, "/127.0.0.1");
  EXPECT_EQ(described.groups.at(1).error_code, code(KafkaError::group_id_not_found));
  EXPECT_EQ(call<DescribeGroupsResponse>(describe, 5).groups.at(1).error_code, 0);

  DeleteGroupsRequest removal{.groups_names = {"g", "unknown"}};
  auto removed = call<DeleteGroupsResponse>(removal, 2);
  EXPECT_EQ(removed.results.at(0).error_code, code(KafkaError::non_empty_group));
  EXPECT_EQ(removed.results.at(1).error_code, code(KafkaError::group_id_not_found));
}

TEST_F(Groups, OffsetsAreDeleted) {
  commit(5, "m");
  OffsetDeleteRequest request{.group_id = "g", .topics = {{.name = "orders", .partitions = {0}}}};
  EXPECT_EQ(call<OffsetDeleteResponse>(request, 0).topics.at(0).partitions.at(0).error_code, 0);
  EXPECT_TRUE(call<OffsetFetchResponse>(OffsetFetchRequest{.group_id = "g"}, 7).topics.empty());
}

struct ConsumerGroups : Groups {
  ConsumerGroupHeartbeatResponse beat(int32_t epoch, std::string_view member = "m") {
    ConsumerGroupHeartbeatRequest request{
        .group_id = "g", .member_id = member, .member_epoch = epoch};
    if (epoch == 0) {
      request.rebalance_timeout_ms = 10'000;
      request.subscribed_topic_names = {{"orders"}};
      request.topic_partitions.emplace();
    }
    return call<ConsumerGroupHeartbeatResponse>(request, 1);
  }
  ConsumerGroupDescribeResponse::Group describe(int16_t version = 1) {
    return call<ConsumerGroupDescribeResponse>(ConsumerGroupDescribeRequest{{"g"}}, version)
        .groups.at(0);
  }
};

TEST_F(ConsumerGroups, ThatThereAreAnyIsAFeature) {
  const auto answer = call<ApiVersionsResponse>(
      ApiVersionsRequest{.client_software_name = "t", .client_software_version = "1"}, 4);
  EXPECT_EQ(answer.finalized_features.at(0).name, "group.version");
  EXPECT_EQ(answer.finalized_features.at(0).max_version_level, 1);
}

TEST_F(ConsumerGroups, AMemberIsGivenItsPartitionsAndAnInterval) {
  const auto joined = beat(0);
  EXPECT_EQ(joined.error_code, 0);
  EXPECT_EQ(joined.member_epoch, 1);
  EXPECT_EQ(joined.heartbeat_interval_ms, 5000);
  ASSERT_EQ(joined.assignment.value().topic_partitions.size(), 1U);
  EXPECT_EQ(joined.assignment->topic_partitions[0].topic_id, topic_id());
  EXPECT_FALSE(beat(1).assignment.has_value());
}

TEST_F(ConsumerGroups, ErrorsComeWithAMessageAndWithoutTheRest) {
  beat(0);
  const auto fenced = beat(9);
  EXPECT_EQ(fenced.error_code, code(KafkaError::fenced_member_epoch));
  EXPECT_TRUE(fenced.error_message.has_value());
  EXPECT_FALSE(fenced.member_id.has_value());
  EXPECT_EQ(beat(0, "").error_code, code(KafkaError::invalid_request));
}

TEST_F(ConsumerGroups, AreDescribedWithCurrentAndTargetAssignment) {
  beat(0);
  const auto group = describe();
  EXPECT_EQ(group.group_state, "Stable");
  EXPECT_EQ(group.group_epoch, 1);
  EXPECT_EQ(group.assignor_name, "uniform");
  ASSERT_EQ(group.members.size(), 1U);
  EXPECT_EQ(group.members[0].member_type, 1);
  EXPECT_EQ(group.members[0].assignment.topic_partitions.at(0).topic_name, "orders");
  EXPECT_EQ(group.members[0].target_assignment.topic_partitions.at(0).partitions.size(), 1U);
}

TEST_F(ConsumerGroups, AreNotDescribedAsClassicGroupsNorTheseAsConsumerGroups) {
  beat(0);
  const DescribeGroupsRequest classic{.groups = {"g"}};
  EXPECT_EQ(call<DescribeGroupsResponse>(classic, 6).groups.at(0).error_code,
            code(KafkaError::group_id_not_found));
  EXPECT_EQ(call<DescribeGroupsResponse>(classic, 5).groups.at(0).group_state, "Dead");
  beat(-1);
  join(0);
  EXPECT_EQ(describe(0).error_code, code(KafkaError::group_id_not_found));
}

TEST_F(ConsumerGroups, AreListedWithTheirType) {
  beat(0);
  const auto groups = call<ListGroupsResponse>(ListGroupsRequest{.types_filter = {"consumer"}}, 5);
  ASSERT_EQ(groups.groups.size(), 1U);
  EXPECT_EQ(groups.groups[0].group_type, "consumer");
  EXPECT_EQ(groups.groups[0].group_state, "Stable");
}

TEST_F(ConsumerGroups, OffsetsAreFetchedAtTheMembersEpoch) {
  beat(0);
  OffsetFetchRequest request;
  request.groups = {{.group_id = "g", .member_id = "m", .member_epoch = 2, .topics = {}}};
  EXPECT_EQ(call<OffsetFetchResponse>(request, 9).groups.at(0).error_code,
            code(KafkaError::stale_member_epoch));
  request.groups[0].member_epoch = 1;
  EXPECT_EQ(call<OffsetFetchResponse>(request, 9).groups.at(0).error_code, 0);
}

}  // namespace
}  // namespace tarn::kafka_server
