#include "services/broker/group_coordinator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/check.h"
#include "platform/runtime/task_group.h"
#include "services/broker/testing/test_broker.h"

namespace tarn::broker {
namespace {

using namespace std::chrono_literals;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::TestBroker;

struct GroupCoordinatorTest : ::testing::Test {
  TestBroker broker;
  const GroupId group{"g"};

  GroupCoordinatorTest() {
    broker.wait_until_loaded();
    create("t");
  }
  void create(const std::string& name) {
    check(broker.run(broker->ensure_topic({.name = TopicName(name), .partitions = 2})).has_value());
  }
  static TopicPartition part(const std::string& topic, int32_t number) {
    return {TopicName(topic), PartitionId(number)};
  }
  JoinAnswer join(const std::string& member_id = "") {
    return broker.run(broker->groups().join({.group = group,
                                             .member_id = member_id,
                                             .instance_id = {},
                                             .client_id = "client",
                                             .client_host = "/127.0.0.1",
                                             .session_timeout = 10s,
                                             .rebalance_timeout = 60s,
                                             .protocol_type = "consumer",
                                             .protocols = {{"range", {}}}}));
  }
  SyncAnswer sync(const JoinAnswer& joined) {
    return broker.run(broker->groups().sync(
        {.group = group,
         .generation = joined.generation,
         .member_id = joined.member_id,
         .instance_id = {},
         .assignments = {{joined.member_id, testing::batch_of({std::string("assignment")})}}}));
  }
  std::vector<GroupError> commit_as(const JoinAnswer& member, const std::string& topic,
                                    int64_t offset) {
    return broker.run(broker->groups().commit_offsets(
        {.group = group,
         .generation = member.generation,
         .member_id = member.member_id,
         .instance_id = {},
         .offsets = {{.partition = part(topic, 0), .offset = Offset(offset), .metadata = "m"}}}));
  }
  std::vector<GroupError> commit(const std::string& topic, int64_t offset) {
    return commit_as({.member_id = ""}, topic, offset);
  }
  std::optional<int64_t> committed(const std::string& topic) {
    const auto offsets = broker->groups().fetch_offsets(group).offsets;
    const auto found = offsets.find(part(topic, 0));
    return found == offsets.end() ? std::nullopt : std::optional(found->second.offset.value());
  }
  void restart() {
    broker.restart();
    broker.wait_until_loaded();
  }
};

TEST_F(GroupCoordinatorTest, ACommittedOffsetSurvivesARestart) {
  EXPECT_THAT(commit("t", 5), ElementsAre(GroupError::none));
  EXPECT_THAT(commit("t", 7), ElementsAre(GroupError::none));
  restart();
  EXPECT_EQ(committed("t"), 7);
  EXPECT_EQ(broker->groups().fetch_offsets(group).offsets.begin()->second.metadata, "m");
}

TEST_F(GroupCoordinatorTest, BeforeItsGroupsAreLoadedItSaysSo) {
  broker.restart();
  EXPECT_EQ(broker->groups().status(), GroupError::coordinator_load_in_progress);
  EXPECT_EQ(broker->groups().fetch_offsets(group).error, GroupError::coordinator_load_in_progress);
  EXPECT_EQ(broker->groups().heartbeat({group, 1, "a", {}}),
            GroupError::coordinator_load_in_progress);
}

TEST_F(GroupCoordinatorTest, AMemberGoesOnAfterARestart) {
  const JoinAnswer member = join();
  ASSERT_EQ(member.error, GroupError::none);
  ASSERT_EQ(sync(member).error, GroupError::none);
  restart();
  EXPECT_EQ(broker->groups().describe(group).state, GroupState::stable);
  EXPECT_EQ(broker->groups().heartbeat({group, member.generation, member.member_id, {}}),
            GroupError::none);
  EXPECT_THAT(commit_as(member, "t", 3), ElementsAre(GroupError::none));
}

TEST_F(GroupCoordinatorTest, WhoLeavesIsForgottenAlsoAfterARestart) {
  const JoinAnswer member = join();
  sync(member);
  broker->groups().leave({group, {{member.member_id, std::nullopt}}});
  EXPECT_EQ(commit("t", 1).front(), GroupError::none);
  restart();
  EXPECT_EQ(broker->groups().describe(group).state, GroupState::empty);
  EXPECT_EQ(join().generation, member.generation + 2);
}

TEST_F(GroupCoordinatorTest, WrongCommitsAreRefusedOneByOne) {
  OffsetCommitRequest request{.group = group, .member_id = "", .instance_id = {}};
  request.offsets = {
      {.partition = part("t", 0), .offset = Offset(1)},
      {.partition = part("t", 9), .offset = Offset(1)},
      {.partition = part("t", 1), .offset = Offset(1), .metadata = std::string(5000, 'x')}};
  EXPECT_THAT(broker.run(broker->groups().commit_offsets(std::move(request))),
              ElementsAre(GroupError::none, GroupError::unknown_topic_or_partition,
                          GroupError::offset_metadata_too_large));
  EXPECT_EQ(committed("t"), 1);
}

TEST_F(GroupCoordinatorTest, ACommitOfAGenerationThatNeverWasIsIllegal) {
  EXPECT_THAT(commit_as({.generation = 4, .member_id = "who"}, "t", 1),
              ElementsAre(GroupError::illegal_generation));
  EXPECT_THAT(broker->groups().list(), IsEmpty());
}

TEST_F(GroupCoordinatorTest, AGroupNeedsAName) {
  EXPECT_EQ(broker.run(broker->groups().join({.group = GroupId("")})).error,
            GroupError::invalid_group_id);
}

TEST_F(GroupCoordinatorTest, AStrangerDoesNotMakeAGroup) {
  EXPECT_EQ(join("stranger").error, GroupError::unknown_member_id);
  EXPECT_THAT(broker->groups().list(), IsEmpty());
}

TEST_F(GroupCoordinatorTest, ADeletedTopicTakesItsOffsetsAlong) {
  create("other");
  commit("t", 5);
  commit("other", 6);
  ASSERT_TRUE(broker.run(broker->delete_topic(TopicName("t"), Origin::client)));
  restart();
  create("t");
  EXPECT_EQ(committed("t"), std::nullopt);
  EXPECT_EQ(committed("other"), 6);
}

TEST_F(GroupCoordinatorTest, ARemovedGroupIsGoneForGood) {
  commit("t", 5);
  EXPECT_EQ(broker.run(broker->groups().remove(group)), GroupError::none);
  EXPECT_EQ(broker.run(broker->groups().remove(group)), GroupError::group_id_not_found);
  restart();
  EXPECT_EQ(committed("t"), std::nullopt);
  EXPECT_THAT(broker->groups().list(), IsEmpty());
}

TEST_F(GroupCoordinatorTest, AGroupWithMembersIsNotRemoved) {
  join();
  EXPECT_EQ(broker.run(broker->groups().remove(group)), GroupError::non_empty_group);
}

TEST_F(GroupCoordinatorTest, AGroupIsRemovedAsSoonAsItsLastMemberHasLeft) {
  const auto member = join();
  sync(member);
  broker->groups().leave({group, {{member.member_id, std::nullopt}}});
  ASSERT_EQ(broker->groups().describe(group).state, GroupState::empty);
  EXPECT_EQ(broker.run(broker->groups().remove(group)), GroupError::none);
}

TEST_F(GroupCoordinatorTest, SingleOffsetsCanBeDeleted) {
  create("other");
  commit("t", 5);
  commit("other", 6);
  const auto deleted = broker.run(broker->groups().delete_offsets(group, {part("t", 0)}));
  EXPECT_THAT(deleted.partitions, ElementsAre(GroupError::none));
  restart();
  EXPECT_EQ(committed("t"), std::nullopt);
  EXPECT_EQ(committed("other"), 6);
}

TEST_F(GroupCoordinatorTest, MembersThatOnlyKnockedLeaveNoGroupBehind) {
  EXPECT_EQ(broker
                .run(broker->groups().join({.group = group,
                                            .session_timeout = 1s,
                                            .protocol_type = "consumer",
                                            .protocols = {{"range", {}}}}))
                .error,
            GroupError::invalid_session_timeout);
  EXPECT_THAT(broker->groups().list(), IsEmpty());
}

TEST_F(GroupCoordinatorTest, StoppingAnswersWhoeverWaits) {
  const JoinAnswer first = join();
  std::optional<JoinAnswer> second;
  runtime::TaskGroup tasks(broker.io().get_executor(), {});
  tasks.spawn(
      "join",
      [](GroupCoordinatorTest& test, std::optional<JoinAnswer>& out) -> runtime::Task<void> {
        out = co_await test.broker->groups().join({.group = test.group,
                                                   .client_id = "second",
                                                   .session_timeout = 10s,
                                                   .rebalance_timeout = 60s,
                                                   .protocol_type = "consumer",
                                                   .protocols = {{"range", {}}}});
        co_return Status();
      }(*this, second));
  broker.io().poll();
  EXPECT_FALSE(second);
  broker.restart();
  EXPECT_EQ(second->error, GroupError::coordinator_not_available);
}

TEST(GroupExpiry, OffsetsOfAGroupWithoutMembersExpire) {
  BrokerOptions options = TestBroker::quick_options();
  options.groups.offsets_retention = Millis(0);
  options.housekeeping_interval = Millis(2);
  TestBroker broker(options);
  broker.wait_until_loaded();
  const TopicName topic("t");
  ASSERT_TRUE(broker.run(broker->ensure_topic({.name = topic})));
  OffsetCommitRequest request{.group = GroupId("g"), .member_id = "", .instance_id = {}};
  request.offsets = {{.partition = {topic, PartitionId(0)}, .offset = Offset(1)}};
  EXPECT_THAT(broker.run(broker->groups().commit_offsets(std::move(request))),
              Each(GroupError::none));
  while (!broker->groups().list().empty()) broker.io().run_one();
  broker.restart();
  broker.wait_until_loaded();
  EXPECT_THAT(broker->groups().fetch_offsets(GroupId("g")).offsets, IsEmpty());
}

// Sessions of milliseconds, so that the timers have something to do.
struct GroupTimersTest : ::testing::Test {
  static BrokerOptions short_sessions() {
    BrokerOptions options = TestBroker::quick_options();
    options.groups.session_timeout_min = Millis(1);
    return options;
  }
  TestBroker broker{short_sessions()};
  const GroupId group{"g"};

  GroupTimersTest() { broker.wait_until_loaded(); }
  JoinRequest request(Millis session) {
    return {.group = group,
            .client_id = "client",
            .session_timeout = session,
            .rebalance_timeout = 60s,
            .protocol_type = "consumer",
            .protocols = {{"range", {}}}};
  }
  void run_until(GroupState state) {
    while (broker->groups().describe(group).state != state) broker.io().run_one();
  }
};

TEST_F(GroupTimersTest, ASilentMemberIsRemoved) {
  ASSERT_EQ(broker.run(broker->groups().join(request(2ms))).error, GroupError::none);
  run_until(GroupState::empty);
  EXPECT_THAT(broker->groups().describe(group).members, IsEmpty());
}

TEST_F(GroupTimersTest, ANewMemberNeedNotWaitLongForASilentOne) {
  ASSERT_EQ(broker.run(broker->groups().join(request(2ms))).error, GroupError::none);
  const JoinAnswer second = broker.run(broker->groups().join(request(10s)));
  EXPECT_EQ(second.error, GroupError::none);
  EXPECT_EQ(second.leader, second.member_id);
  EXPECT_THAT(second.members, SizeIs(1));
}

TEST_F(GroupTimersTest, AnIdThatNobodyUsesLeavesNoGroupBehind) {
  JoinRequest knock = request(2ms);
  knock.member_id_rule = MemberIdRule::required;
  ASSERT_EQ(broker.run(broker->groups().join(std::move(knock))).error,
            GroupError::member_id_required);
  run_until(GroupState::dead);
  EXPECT_THAT(broker->groups().list(), IsEmpty());
}

TEST(GroupCompaction, TheOffsetsTopicStaysSmallAndNothingIsLost) {
  BrokerOptions options = TestBroker::quick_options();
  options.groups.offsets_partitions = 1;
  options.groups.offsets_segment_bytes = 2048;
  TestBroker broker(options);
  broker.wait_until_loaded();
  const TopicName topic("t");
  ASSERT_TRUE(broker.run(broker->ensure_topic({.name = topic})));
  for (int i = 0; i < 300; ++i) {
    const GroupId group(i % 3 == 0 ? "often" : "seldom");
    OffsetCommitRequest request{.group = group, .member_id = "", .instance_id = {}};
    request.offsets = {{.partition = {topic, PartitionId(0)}, .offset = Offset(i)}};
    ASSERT_THAT(broker.run(broker->groups().commit_offsets(std::move(request))),
                Each(GroupError::none));
  }
  const TopicPartition offsets{TopicName("__consumer_offsets"), PartitionId(0)};
  const uint64_t before = broker->partition_state(offsets)->bytes;
  ASSERT_TRUE(broker.engine().compact());
  EXPECT_LT(broker->partition_state(offsets)->bytes, before / 5);
  EXPECT_EQ(broker->partition_state(offsets)->log_start, Offset(0));
  broker.restart();
  broker.wait_until_loaded();
  EXPECT_EQ(broker->groups().fetch_offsets(GroupId("often")).offsets.begin()->second.offset,
            Offset(297));
  EXPECT_EQ(broker->groups().fetch_offsets(GroupId("seldom")).offsets.begin()->second.offset,
            Offset(299));
}

}  // namespace
}  // namespace tarn::broker
