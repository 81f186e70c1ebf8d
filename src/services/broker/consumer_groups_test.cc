// Consumer groups (KIP-848) in a whole broker: what is kept, and the way to and from classic
// groups.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/check.h"
#include "services/broker/testing/test_broker.h"

namespace tarn::broker {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::SizeIs;
using testing::TestBroker;

struct ConsumerGroupsTest : ::testing::Test {
  TestBroker broker;
  const GroupId group{"g"};

  ConsumerGroupsTest() {
    broker.wait_until_loaded();
    check(broker.run(broker->ensure_topic({.name = TopicName("t"), .partitions = 4})).has_value());
  }
  ConsumerHeartbeatAnswer beat(ConsumerHeartbeatRequest request) {
    return broker.run(broker->groups().consumer_heartbeat(std::move(request)));
  }
  [[nodiscard]] ConsumerHeartbeatRequest request(const std::string& member, int32_t epoch) const {
    ConsumerHeartbeatRequest wanted{.group = group, .member_id = member, .epoch = epoch};
    wanted.client_id = "client";
    wanted.client_host = "/127.0.0.1";
    return wanted;
  }
  ConsumerHeartbeatAnswer join(const std::string& member) {
    auto wanted = request(member, kJoinEpoch);
    wanted.rebalance_timeout = 60s;
    wanted.topics = {TopicName("t")};
    wanted.owned = Assignment();
    return beat(wanted);
  }
  JoinAnswer join_classic() {
    return broker.run(broker->groups().join({.group = group,
                                             .member_id = "",
                                             .instance_id = {},
                                             .client_id = "client",
                                             .client_host = "/127.0.0.1",
                                             .session_timeout = 10s,
                                             .rebalance_timeout = 60s,
                                             .protocol_type = "consumer",
                                             .protocols = {{"range", {}}}}));
  }
  GroupError leave_classic(const std::string& member) {
    return broker->groups().leave({.group = group, .members = {{member, {}}}}).members.at(0);
  }
  std::vector<GroupError> commit(const std::string& member, int32_t epoch) {
    return broker.run(broker->groups().commit_offsets(
        {.group = group,
         .generation = epoch,
         .member_id = member,
         .instance_id = {},
         .offsets = {{.partition = {TopicName("t"), PartitionId(0)}, .offset = Offset(5)}},
         .member_epochs = MemberEpochs::understood}));
  }
  const ConsumerGroupData& data() { return broker->groups().find_consumer_group(group)->data(); }
  GroupListing listing() { return broker->groups().list().at(0); }
  void restart() {
    broker.restart();
    broker.wait_until_loaded();
  }
};

TEST_F(ConsumerGroupsTest, AMemberGoesOnAfterARestart) {
  EXPECT_EQ(join("a").epoch, 1);
  const ConsumerGroupData before = data();
  restart();
  EXPECT_EQ(data(), before);
  EXPECT_EQ(beat(request("a", 1)).error, GroupError::none);
  EXPECT_FALSE(beat(request("a", 1)).assignment.has_value());
}

TEST_F(ConsumerGroupsTest, WhoHasLeftIsGoneAfterARestartToo) {
  join("a");
  EXPECT_EQ(beat(request("a", kLeaveEpoch)).error, GroupError::none);
  restart();
  EXPECT_EQ(listing().state, GroupState::empty);
  EXPECT_EQ(listing().type, GroupType::consumer);
  EXPECT_EQ(data().epoch, 2);
}

TEST_F(ConsumerGroupsTest, ItIsListedAndIsNoClassicGroup) {
  join("a");
  EXPECT_EQ(listing().state, GroupState::stable);
  EXPECT_EQ(listing().members, 1U);
  EXPECT_EQ(broker->groups().describe(group).state, GroupState::dead);
}

TEST_F(ConsumerGroupsTest, OffsetsAreCommittedAtTheMembersEpoch) {
  join("a");
  EXPECT_THAT(commit("a", 1), ElementsAre(GroupError::none));
  EXPECT_THAT(commit("a", 2), ElementsAre(GroupError::stale_member_epoch));
  EXPECT_THAT(broker->groups().fetch_offsets(group).offsets, SizeIs(1));
}

TEST_F(ConsumerGroupsTest, ACommitToNoGroupFindsNone) {
  EXPECT_THAT(commit("a", 1), ElementsAre(GroupError::group_id_not_found));
}

TEST_F(ConsumerGroupsTest, AGroupWithMembersIsNotRemovedOneWithoutForGood) {
  join("a");
  EXPECT_EQ(broker.run(broker->groups().remove(group)), GroupError::non_empty_group);
  beat(request("a", kLeaveEpoch));
  EXPECT_EQ(broker.run(broker->groups().remove(group)), GroupError::none);
  restart();
  EXPECT_THAT(broker->groups().list(), SizeIs(0));
}

TEST_F(ConsumerGroupsTest, OffsetsOfTopicsThatAreReadAreNotDeleted) {
  join("a");
  commit("a", 1);
  const TopicPartition place{TopicName("t"), PartitionId(0)};
  EXPECT_THAT(broker.run(broker->groups().delete_offsets(group, {place})).partitions,
              ElementsAre(GroupError::group_subscribed_to_topic));
}

TEST_F(ConsumerGroupsTest, AnEmptyClassicGroupBecomesAConsumerGroup) {
  const auto joined = join_classic();
  EXPECT_EQ(leave_classic(joined.member_id), GroupError::none);
  EXPECT_GT(join("a").epoch, joined.generation);
  restart();
  EXPECT_EQ(listing().type, GroupType::consumer);
  EXPECT_THAT(data().members, SizeIs(1));
}

TEST_F(ConsumerGroupsTest, AnEmptyConsumerGroupBecomesAClassicGroup) {
  join("a");
  beat(request("a", kLeaveEpoch));
  const auto joined = join_classic();
  EXPECT_EQ(joined.error, GroupError::none);
  EXPECT_GT(joined.generation, 2);
  EXPECT_EQ(leave_classic(joined.member_id), GroupError::none);
  restart();
  EXPECT_EQ(listing().type, GroupType::classic);
}

TEST_F(ConsumerGroupsTest, MembersOfTwoProtocolsDoNotMix) {
  join("a");
  EXPECT_EQ(join_classic().error, GroupError::inconsistent_group_protocol);
  beat(request("a", kLeaveEpoch));
  join_classic();
  EXPECT_EQ(join("a").error, GroupError::group_id_not_found);
}

TEST_F(ConsumerGroupsTest, OnlyOldClientsAreGivenAnId) {
  auto nameless = request("", kJoinEpoch);
  nameless.rebalance_timeout = 60s;
  nameless.topics = {TopicName("t")};
  nameless.owned = Assignment();
  EXPECT_EQ(beat(nameless).error, GroupError::invalid_request);
  nameless.member_id_rule = MemberIdRule::optional;
  EXPECT_EQ(beat(nameless).member_id.size(), 22U);
}

}  // namespace
}  // namespace tarn::broker
