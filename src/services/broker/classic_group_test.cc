#include "services/broker/classic_group.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::broker {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Bytes bytes(std::string_view text) {
  return {as_bytes(text).begin(), as_bytes(text).end()};
}

// Members are called by short names; a new one gets the id "id-<name>".
struct ClassicGroupTest : ::testing::Test {
  GroupRules rules{.initial_rebalance_delay = 0ms, .members_max = 4};
  ClassicGroup group{GroupId("g"), rules};
  ClassicGroup::Time now{};
  RequestId next_request = 1;
  std::map<RequestId, JoinAnswer> joined;
  std::map<RequestId, SyncAnswer> synced;
  std::vector<StoreGroup> stores;

  void collect() {
    for (GroupAction& action : group.take_actions()) {
      if (auto* join = std::get_if<AnswerJoin>(&action)) joined[join->to] = join->answer;
      if (auto* sync = std::get_if<AnswerSync>(&action)) synced[sync->to] = sync->answer;
      if (auto* store = std::get_if<StoreGroup>(&action)) stores.push_back(*store);
    }
  }
  JoinRequest request(const std::string& member_id) {
    return {.group = GroupId("g"),
            .member_id = member_id,
            .instance_id = {},
            .client_id = "client",
            .client_host = "host",
            .session_timeout = 10s,
            .rebalance_timeout = 60s,
            .protocol_type = "consumer",
            .protocols = {{"range", bytes("r")}, {"sticky", bytes("s")}}};
  }
  RequestId join_with(JoinRequest wanted, const std::string& name) {
    const RequestId id = next_request++;
    group.join(id, std::move(wanted), "id-" + name, now);
    collect();
    return id;
  }
  RequestId join_new(const std::string& name) { return join_with(request(""), name); }
  RequestId rejoin(const std::string& name) { return join_with(request("id-" + name), name); }
  RequestId join_static(const std::string& instance, const std::string& name) {
    JoinRequest wanted = request("");
    wanted.instance_id = instance;
    return join_with(std::move(wanted), name);
  }
  RequestId sync(const std::string& name, std::vector<MemberAssignment> assignments = {}) {
    const RequestId id = next_request++;
    group.sync(id,
               {.group = GroupId("g"),
                .generation = group.generation(),
                .member_id = "id-" + name,
                .instance_id = {},
                .assignments = std::move(assignments)},
               now);
    collect();
    return id;
  }
  void make_durable() {
    ASSERT_FALSE(stores.empty());
    group.stored(stores.back().store_id, ClassicGroup::Stored::yes, now);
    collect();
  }
  GroupError heartbeat(const std::string& name) {
    const GroupError error =
        group.heartbeat({GroupId("g"), group.generation(), "id-" + name, std::nullopt}, now);
    collect();
    return error;
  }
  GroupError leave(const std::string& name) {
    const GroupError error = group.leave({"id-" + name, std::nullopt}, now);
    collect();
    return error;
  }
  void pass(Millis time) {
    now += time;
    group.tick(now);
    collect();
  }
  // a leads, b follows; both have an assignment.
  void stabilize_two() {
    join_new("a");
    join_new("b");
    rejoin("a");
    sync("b");
    sync("a", {{"id-a", bytes("p0")}, {"id-b", bytes("p1")}});
    make_durable();
    ASSERT_EQ(group.state(), GroupState::stable);
  }
};

TEST_F(ClassicGroupTest, TheFirstMemberLeadsTheFirstGeneration) {
  const JoinAnswer answer = joined[join_new("a")];
  EXPECT_EQ(answer.error, GroupError::none);
  EXPECT_EQ(answer.generation, 1);
  EXPECT_EQ(answer.leader, "id-a");
  EXPECT_EQ(answer.member_id, "id-a");
  EXPECT_EQ(answer.protocol, "range");
  ASSERT_THAT(answer.members, SizeIs(1));
  EXPECT_EQ(answer.members[0].metadata, bytes("r"));
  EXPECT_EQ(group.state(), GroupState::completing_rebalance);
}

TEST_F(ClassicGroupTest, ASecondMemberWaitsUntilTheFirstHasRejoined) {
  join_new("a");
  const RequestId b = join_new("b");
  EXPECT_FALSE(joined.contains(b));
  const RequestId a = rejoin("a");
  EXPECT_EQ(joined[b].generation, 2);
  EXPECT_THAT(joined[b].members, IsEmpty());
  EXPECT_EQ(joined[b].leader, "id-a");
  EXPECT_THAT(joined[a].members, SizeIs(2));
}

TEST_F(ClassicGroupTest, AssignmentsAreGivenWhenTheyAreDurable) {
  join_new("a");
  const RequestId sync_id = sync("a", {{"id-a", bytes("p0")}});
  EXPECT_FALSE(synced.contains(sync_id));
  EXPECT_EQ(stores.back().group.members[0].assignment, bytes("p0"));
  make_durable();
  EXPECT_EQ(synced[sync_id].assignment, bytes("p0"));
  EXPECT_EQ(synced[sync_id].protocol, "range");
  EXPECT_EQ(group.state(), GroupState::stable);
}

TEST_F(ClassicGroupTest, AssignmentsThatCannotBeStoredMakeTheMembersJoinAgain) {
  join_new("a");
  const RequestId sync_id = sync("a", {{"id-a", bytes("p0")}});
  group.stored(stores.back().store_id, ClassicGroup::Stored::no, now);
  collect();
  EXPECT_EQ(synced[sync_id].error, GroupError::coordinator_not_available);
  EXPECT_EQ(heartbeat("a"), GroupError::rebalance_in_progress);
}

TEST_F(ClassicGroupTest, FollowersWaitForTheLeadersAssignment) {
  join_new("a");
  join_new("b");
  rejoin("a");
  const RequestId follower = sync("b");
  EXPECT_FALSE(synced.contains(follower));
  sync("a", {{"id-b", bytes("p1")}});
  make_durable();
  EXPECT_EQ(synced[follower].assignment, bytes("p1"));
}

TEST_F(ClassicGroupTest, ALateFollowerGetsItsAssignmentAtOnce) {
  join_new("a");
  join_new("b");
  rejoin("a");
  sync("a", {{"id-b", bytes("p1")}});
  make_durable();
  EXPECT_EQ(synced[sync("b")].assignment, bytes("p1"));
}

TEST_F(ClassicGroupTest, AssignmentsForStrangersAreIgnored) {
  join_new("a");
  sync("a", {{"id-a", bytes("p0")}, {"stranger", bytes("p1")}});
  EXPECT_THAT(stores.back().group.members, SizeIs(1));
}

TEST_F(ClassicGroupTest, ANewMemberMayHaveToComeBackWithItsId) {
  JoinRequest wanted = request("");
  wanted.member_id_rule = MemberIdRule::required;
  const JoinAnswer first = joined[join_with(wanted, "a")];
  EXPECT_EQ(first.error, GroupError::member_id_required);
  EXPECT_EQ(first.member_id, "id-a");
  EXPECT_EQ(group.member_count(), 0U);
  EXPECT_FALSE(group.is_idle());
  EXPECT_EQ(joined[rejoin("a")].generation, 1);
}

TEST_F(ClassicGroupTest, AnIdThatIsNotUsedInTimeIsForgotten) {
  JoinRequest wanted = request("");
  wanted.member_id_rule = MemberIdRule::required;
  join_with(wanted, "a");
  pass(10s);
  EXPECT_TRUE(group.is_idle());
  EXPECT_EQ(joined[rejoin("a")].error, GroupError::unknown_member_id);
}

TEST_F(ClassicGroupTest, ANewGroupWaitsForMoreMembers) {
  group = ClassicGroup(GroupId("g"), {.initial_rebalance_delay = 3s});
  const RequestId a = join_new("a");
  pass(2s);
  const RequestId b = join_new("b");
  pass(1s);
  EXPECT_FALSE(joined.contains(a)) << "a newcomer prolongs the delay";
  pass(3s);
  EXPECT_EQ(joined[a].generation, 1);
  EXPECT_EQ(joined[b].generation, 1);
}

TEST_F(ClassicGroupTest, NewcomersDoNotProlongTheDelayForEver) {
  group = ClassicGroup(GroupId("g"), {.initial_rebalance_delay = 50s});
  const RequestId a = join_new("a");
  pass(40s);
  join_new("b");
  pass(20s);
  EXPECT_EQ(joined[a].generation, 1);
}

TEST_F(ClassicGroupTest, AStableGroupRebalancesWhenAMemberJoins) {
  stabilize_two();
  const RequestId c = join_new("c");
  EXPECT_EQ(heartbeat("a"), GroupError::rebalance_in_progress);
  rejoin("a");
  EXPECT_FALSE(joined.contains(c));
  rejoin("b");
  EXPECT_EQ(joined[c].generation, 3);
}

TEST_F(ClassicGroupTest, MembersThatDoNotRejoinInTimeAreRemoved) {
  stabilize_two();
  const RequestId c = join_new("c");
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(heartbeat("a"), GroupError::rebalance_in_progress);
    pass(9s);
    rejoin("b");
  }
  pass(6s);
  EXPECT_EQ(joined[c].generation, 3);
  EXPECT_EQ(group.member_count(), 2U);
  EXPECT_EQ(heartbeat("a"), GroupError::unknown_member_id);
  EXPECT_EQ(joined[c].leader, "id-b") << "the old leader is gone";
}

TEST_F(ClassicGroupTest, ASilentMemberIsRemovedAfterItsSession) {
  stabilize_two();
  pass(9s);
  EXPECT_EQ(heartbeat("a"), GroupError::none);
  pass(1s);
  EXPECT_EQ(group.state(), GroupState::preparing_rebalance);
  EXPECT_EQ(heartbeat("b"), GroupError::unknown_member_id);
  EXPECT_EQ(joined[rejoin("a")].generation, 3);
}

TEST_F(ClassicGroupTest, AMemberThatWaitsForARebalanceIsNotSilent) {
  stabilize_two();
  const RequestId b = rejoin("b");
  const RequestId c = join_new("c");
  for (int i = 0; i < 5; ++i) {
    heartbeat("a");
    pass(9s);
  }
  rejoin("a");
  EXPECT_EQ(joined[b].error, GroupError::none);
  EXPECT_EQ(joined[c].error, GroupError::none);
}

TEST_F(ClassicGroupTest, AMemberThatWaitedInVainForItsAssignmentHasAWholeSession) {
  join_new("a");
  join_new("b");
  rejoin("a");
  const RequestId b = sync("b");
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(heartbeat("a"), GroupError::none);
    pass(9s);
  }
  leave("a");
  EXPECT_EQ(synced[b].error, GroupError::rebalance_in_progress);
  pass(9s);
  EXPECT_EQ(joined[rejoin("b")].error, GroupError::none);
}

TEST_F(ClassicGroupTest, AMemberThatDoesNotFetchItsAssignmentIsRemoved) {
  join_new("a");
  join_new("b");
  rejoin("a");
  sync("a", {{"id-a", bytes("p0")}});
  make_durable();
  for (int i = 0; i < 6; ++i) {
    pass(9s);
    EXPECT_EQ(heartbeat("a"), GroupError::none);
    EXPECT_EQ(heartbeat("b"), GroupError::none);
  }
  pass(6s);
  EXPECT_EQ(heartbeat("b"), GroupError::unknown_member_id);
  EXPECT_EQ(heartbeat("a"), GroupError::rebalance_in_progress);
}

TEST_F(ClassicGroupTest, TheLastOneToLeaveEmptiesTheGroup) {
  join_new("a");
  sync("a");
  make_durable();
  EXPECT_EQ(leave("a"), GroupError::none);
  EXPECT_EQ(group.state(), GroupState::empty);
  EXPECT_TRUE(group.is_idle());
  EXPECT_EQ(stores.back().group.generation, 2);
  EXPECT_THAT(stores.back().group.members, IsEmpty());
  EXPECT_FALSE(group.next_deadline());
  EXPECT_EQ(joined[join_new("b")].generation, 3);
}

TEST_F(ClassicGroupTest, AMemberThatLeavesLetsTheOthersGoOn) {
  stabilize_two();
  EXPECT_EQ(leave("a"), GroupError::none);
  EXPECT_EQ(leave("a"), GroupError::unknown_member_id);
  const JoinAnswer answer = joined[rejoin("b")];
  EXPECT_EQ(answer.generation, 3);
  EXPECT_EQ(answer.leader, "id-b");
}

TEST_F(ClassicGroupTest, OldGenerationsAndStrangersAreRefused) {
  stabilize_two();
  const auto beat = [&](int32_t generation, const std::string& id) {
    return group.heartbeat({GroupId("g"), generation, id, std::nullopt}, now);
  };
  EXPECT_EQ(beat(1, "id-a"), GroupError::illegal_generation);
  EXPECT_EQ(beat(2, "id-x"), GroupError::unknown_member_id);
  group.sync(90, {.generation = 1, .member_id = "id-a", .instance_id = {}}, now);
  group.sync(91, {.generation = 2, .member_id = "id-x", .instance_id = {}}, now);
  collect();
  EXPECT_EQ(synced[90].error, GroupError::illegal_generation);
  EXPECT_EQ(synced[91].error, GroupError::unknown_member_id);
}

TEST_F(ClassicGroupTest, SyncNamesTheProtocolThatWasSelected) {
  join_new("a");
  group.sync(90, {.generation = 1, .member_id = "id-a", .instance_id = {}, .protocol = "other"},
             now);
  group.sync(91,
             {.generation = 1, .member_id = "id-a", .instance_id = {}, .protocol_type = "connect"},
             now);
  collect();
  EXPECT_EQ(synced[90].error, GroupError::inconsistent_group_protocol);
  EXPECT_EQ(synced[91].error, GroupError::inconsistent_group_protocol);
}

TEST_F(ClassicGroupTest, TheProtocolThatMostPreferOfThoseThatAllSupport) {
  JoinRequest a = request("");
  a.protocols = {{"new", {}}, {"sticky", {}}, {"range", {}}};
  JoinRequest b = request("");
  b.protocols = {{"range", {}}, {"sticky", {}}};
  JoinRequest c = request("");
  c.protocols = {{"range", {}}, {"sticky", {}}};
  join_with(a, "a");
  join_with(b, "b");
  const RequestId last = join_with(c, "c");
  a.member_id = "id-a";
  join_with(a, "a");
  EXPECT_EQ(joined[last].protocol, "range");
}

TEST_F(ClassicGroupTest, AMemberThatSharesNoProtocolIsRefused) {
  join_new("a");
  JoinRequest other = request("");
  other.protocols = {{"unheard-of", {}}};
  EXPECT_EQ(joined[join_with(other, "b")].error, GroupError::inconsistent_group_protocol);
  other = request("");
  other.protocol_type = "connect";
  EXPECT_EQ(joined[join_with(other, "b")].error, GroupError::inconsistent_group_protocol);
  other = request("");
  other.protocols.clear();
  EXPECT_EQ(joined[join_with(other, "b")].error, GroupError::inconsistent_group_protocol);
}

TEST_F(ClassicGroupTest, SessionTimeoutsHaveLimits) {
  JoinRequest wanted = request("");
  wanted.session_timeout = 5s;
  EXPECT_EQ(joined[join_with(wanted, "a")].error, GroupError::invalid_session_timeout);
  wanted.session_timeout = 31min;
  EXPECT_EQ(joined[join_with(wanted, "a")].error, GroupError::invalid_session_timeout);
  EXPECT_TRUE(group.is_idle());
}

TEST_F(ClassicGroupTest, ARebalanceTimeoutOfNothingIsTheSessionTimeout) {
  stabilize_two();
  JoinRequest wanted = request("");
  wanted.rebalance_timeout = Millis(-1);
  join_with(wanted, "c");
  EXPECT_GT(group.next_deadline(), now);
}

TEST_F(ClassicGroupTest, AGroupHasALargestSize) {
  for (const char* name : {"a", "b", "c", "d"}) join_new(name);
  EXPECT_EQ(joined[join_new("e")].error, GroupError::group_max_size_reached);
}

TEST_F(ClassicGroupTest, ALostJoinAnswerIsGivenAgainWithoutARebalance) {
  stabilize_two();
  const JoinAnswer again = joined[rejoin("b")];
  EXPECT_EQ(again.generation, 2);
  EXPECT_EQ(group.state(), GroupState::stable);
}

TEST_F(ClassicGroupTest, TheLeaderRejoinsToHaveAnotherAssignment) {
  stabilize_two();
  rejoin("a");
  EXPECT_EQ(group.state(), GroupState::preparing_rebalance);
}

TEST_F(ClassicGroupTest, ASecondJoinOfAWaitingMemberReplacesTheFirst) {
  join_new("a");
  const RequestId first = join_new("b");
  const RequestId second = rejoin("b");
  EXPECT_EQ(joined[first].error, GroupError::rebalance_in_progress);
  rejoin("a");
  EXPECT_EQ(joined[second].generation, 2);
}

TEST_F(ClassicGroupTest, ARestartedStaticMemberKeepsItsPlaceWithoutARebalance) {
  join_static("one", "a");
  sync("a", {{"id-a", bytes("p0")}});
  make_durable();
  const JoinAnswer again = joined[join_static("one", "a2")];
  EXPECT_EQ(again.error, GroupError::none);
  EXPECT_EQ(again.generation, 1);
  EXPECT_EQ(again.member_id, "id-a2");
  EXPECT_NE(again.leader, "id-a2") << "it would assign anew";
  EXPECT_EQ(synced[sync("a2")].assignment, bytes("p0"));
  EXPECT_EQ(stores.back().group.members[0].member_id, "id-a2");
}

TEST_F(ClassicGroupTest, ARestartedStaticLeaderThatKnowsHowToSkipsItsAssignment) {
  join_static("one", "a");
  sync("a", {{"id-a", bytes("p0")}});
  make_durable();
  JoinRequest wanted = request("");
  wanted.instance_id = "one";
  wanted.skip_assignment = SkipAssignment::understood;
  const JoinAnswer again = joined[join_with(wanted, "a2")];
  EXPECT_TRUE(again.skip_assignment);
  EXPECT_EQ(again.leader, "id-a2");
  EXPECT_THAT(again.members, SizeIs(1));
}

TEST_F(ClassicGroupTest, TheFormerSelfOfAStaticMemberIsFenced) {
  join_static("one", "a");
  const RequestId waiting = sync("a");
  join_static("one", "a2");
  EXPECT_EQ(synced[waiting].error, GroupError::fenced_instance_id);
  EXPECT_EQ(group.heartbeat({GroupId("g"), 1, "id-a", "one"}, now), GroupError::fenced_instance_id);
  EXPECT_EQ(group.leave({"id-a", "one"}, now), GroupError::fenced_instance_id);
}

TEST_F(ClassicGroupTest, AStaticMemberMayBeAwayDuringARebalance) {
  join_static("one", "a");
  sync("a");
  make_durable();
  const RequestId b = join_new("b");
  pass(9s);
  EXPECT_FALSE(joined.contains(b));
  pass(1s);
  EXPECT_EQ(joined[b].generation, 2) << "its session is over";
  EXPECT_EQ(group.member_count(), 1U);
}

TEST_F(ClassicGroupTest, AnOperatorRemovesAStaticMemberByItsInstance) {
  join_static("one", "a");
  EXPECT_EQ(group.leave({"", "two"}, now), GroupError::unknown_member_id);
  EXPECT_EQ(group.leave({"", "one"}, now), GroupError::none);
  EXPECT_EQ(group.member_count(), 0U);
}

TEST_F(ClassicGroupTest, OnlyMembersOfTheGenerationCommit) {
  stabilize_two();
  const auto commit = [&](int32_t generation, const std::string& id) {
    OffsetCommitRequest wanted{.group = GroupId("g"), .generation = generation, .member_id = id};
    return group.check_commit(wanted, now);
  };
  EXPECT_EQ(commit(2, "id-a"), GroupError::none);
  EXPECT_EQ(commit(1, "id-a"), GroupError::illegal_generation);
  EXPECT_EQ(commit(2, "id-x"), GroupError::unknown_member_id);
  EXPECT_EQ(commit(-1, ""), GroupError::unknown_member_id) << "a simple consumer, group in use";
  join_new("c");
  EXPECT_EQ(commit(2, "id-a"), GroupError::none) << "before it rejoins";
}

TEST_F(ClassicGroupTest, ASimpleConsumerCommitsToAnEmptyGroup) {
  const OffsetCommitRequest simple{.group = GroupId("g"), .member_id = "", .instance_id = {}};
  EXPECT_EQ(group.check_commit(simple, now), GroupError::none);
  const OffsetCommitRequest named{.group = GroupId("g"), .member_id = "x", .instance_id = {}};
  EXPECT_EQ(group.check_commit(named, now), GroupError::none);
  join_new("a");
  EXPECT_EQ(group.check_commit(simple, now), GroupError::unknown_member_id);
  EXPECT_EQ(group.check_commit(named, now), GroupError::unknown_member_id);
}

TEST_F(ClassicGroupTest, NobodyCommitsWhileAssignmentsAreMade) {
  join_new("a");
  const OffsetCommitRequest wanted{
      .group = GroupId("g"), .generation = 1, .member_id = "id-a", .instance_id = {}};
  EXPECT_EQ(group.check_commit(wanted, now), GroupError::rebalance_in_progress);
}

TEST_F(ClassicGroupTest, ARestoredGroupGoesOnWhereItWas) {
  stabilize_two();
  group = ClassicGroup::restore(stores.back().group, rules, now);
  EXPECT_EQ(heartbeat("a"), GroupError::none);
  EXPECT_EQ(synced[sync("b")].assignment, bytes("p1"));
  pass(10s);
  EXPECT_EQ(group.state(), GroupState::empty) << "nobody came back";
}

TEST_F(ClassicGroupTest, ARestoredEmptyGroupKeepsItsGeneration) {
  stabilize_two();
  leave("a");
  leave("b");
  const int32_t generation = group.generation();
  group = ClassicGroup::restore(stores.back().group, rules, now);
  EXPECT_EQ(group.state(), GroupState::empty);
  EXPECT_EQ(joined[join_new("c")].generation, generation + 1);
}

TEST_F(ClassicGroupTest, ClosingAnswersWhoeverWaits) {
  join_new("a");
  const RequestId b = join_new("b");
  group.close(GroupError::coordinator_not_available);
  collect();
  EXPECT_EQ(joined[b].error, GroupError::coordinator_not_available);
  EXPECT_EQ(joined[join_new("c")].error, GroupError::coordinator_not_available);
  EXPECT_FALSE(group.next_deadline());
}

TEST_F(ClassicGroupTest, DescriptionsShowAssignmentsOfAStableGroupOnly) {
  stabilize_two();
  EXPECT_EQ(group.describe().members[1].assignment, bytes("p1"));
  EXPECT_EQ(group.describe().protocol, "range");
  join_new("c");
  EXPECT_EQ(group.describe().members[1].assignment, Bytes());
  EXPECT_EQ(to_string(group.describe().state), "PreparingRebalance");
}

TEST_F(ClassicGroupTest, ASubscriptionNamesItsTopics) {
  ByteWriter subscription;
  subscription.write_i16(3);
  subscription.write_i32(2);
  for (std::string_view topic : {"orders", "sales"}) {
    subscription.write_i16(static_cast<int16_t>(topic.size()));
    subscription.write_text(topic);
  }
  EXPECT_THAT(subscribed_topics(subscription.view()),
              ElementsAre(TopicName("orders"), TopicName("sales")));
  EXPECT_THAT(subscribed_topics(subscription.view().first(10)), IsEmpty());
  EXPECT_THAT(subscribed_topics(bytes("\x7f\xff\x7f\xff\xff\xff")), IsEmpty());
}

}  // namespace
}  // namespace tarn::broker
