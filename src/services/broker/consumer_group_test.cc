#include "services/broker/consumer_group.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"

namespace tarn::broker {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::Not;
using Partitions = std::set<int32_t>;

// Members own what they were last told, and say so with every beat. All read the topic "t".
struct ConsumerGroupTest : ::testing::Test {
  ConsumerGroupRules rules{.session_timeout = 45s, .members_max = 3};
  ConsumerGroup group{GroupId("g"), rules};
  TopicCatalog topics;
  ConsumerGroup::Time now{};
  struct Client {
    int32_t epoch = 0;
    Assignment owned = {};
    std::optional<std::string> instance = {};
  };
  std::map<std::string, Client> clients;

  ConsumerGroupTest() { create("t", 4); }
  static Uuid id_of(const std::string& name) {
    Uuid id;
    std::ranges::copy(name.substr(0, id.bytes.size()), id.bytes.begin());
    return id;
  }
  void create(const std::string& name, size_t partitions) {
    Topic topic{.name = TopicName(name), .id = id_of(name)};
    topic.partitions.resize(partitions);
    topics.put(std::move(topic));
  }
  static ConsumerHeartbeatRequest request(const std::string& member, const Client& client) {
    return {.group = GroupId("g"),
            .member_id = member,
            .epoch = client.epoch,
            .instance_id = client.instance,
            .rack_id = {},
            .client_id = "c",
            .client_host = "/h",
            .rebalance_timeout = {},
            .topics = {},
            .regex = {},
            .assignor = {},
            .owned = client.owned};
  }
  ConsumerHeartbeatAnswer send(const ConsumerHeartbeatRequest& wanted) {
    auto answer = group.heartbeat(wanted, topics, now, from_unix_millis(0));
    if (answer.error == GroupError::none) clients[wanted.member_id].epoch = answer.epoch;
    return answer;
  }
  ConsumerHeartbeatRequest joining(const std::string& member) {
    auto wanted = request(member, {});
    wanted.rebalance_timeout = 60s;
    wanted.topics = {TopicName("t")};
    wanted.owned = Assignment();
    return wanted;
  }
  ConsumerHeartbeatAnswer join(const std::string& member) { return take(member, joining(member)); }
  ConsumerHeartbeatAnswer join_static(const std::string& member, const std::string& instance) {
    auto wanted = joining(member);
    wanted.instance_id = instance;
    clients[member].instance = instance;
    return take(member, wanted);
  }
  // The client obeys: what it is not assigned it gives up, what it is assigned it takes.
  ConsumerHeartbeatAnswer take(const std::string& member, const ConsumerHeartbeatRequest& wanted) {
    auto answer = send(wanted);
    if (answer.assignment) clients[member].owned = *answer.assignment;
    return answer;
  }
  ConsumerHeartbeatAnswer beat(const std::string& member) {
    return take(member, request(member, clients[member]));
  }
  void leave(const std::string& member, int32_t epoch = kLeaveEpoch) {
    auto wanted = request(member, clients[member]);
    wanted.epoch = epoch;
    EXPECT_EQ(send(wanted).error, GroupError::none);
  }
  // Everybody beats until nothing moves.
  void converge() {
    for (int round = 0; round < 6; ++round) {
      for (const auto& [id, member] : std::map(group.data().members)) {
        if (member.epoch >= 0) beat(id);
      }
    }
  }
  Partitions owned(const std::string& member, const std::string& topic = "t") {
    const auto found = clients[member].owned.find(id_of(topic));
    return found == clients[member].owned.end() ? Partitions() : found->second;
  }
  MemberState state_of(const std::string& member) { return group.data().members.at(member).state; }
  void pass(Millis time) {
    now += time;
    group.tick(now);
  }
};

TEST_F(ConsumerGroupTest, TheFirstMemberGetsEverythingAtOnce) {
  const auto answer = join("a");
  EXPECT_EQ(answer.error, GroupError::none);
  EXPECT_EQ(answer.epoch, 1);
  EXPECT_EQ(owned("a"), Partitions({0, 1, 2, 3}));
  EXPECT_EQ(group.state(), GroupState::stable);
}

TEST_F(ConsumerGroupTest, ABeatThatChangesNothingTellsNothingAndWritesNothing) {
  join("a");
  group.take_changes();
  EXPECT_FALSE(beat("a").assignment.has_value());
  EXPECT_FALSE(group.has_changes());
}

TEST_F(ConsumerGroupTest, ANewcomerWaitsUntilTheOthersHaveGivenUp) {
  join("a");
  const auto joined = join("b");
  EXPECT_THAT(joined.assignment, ::testing::Optional(IsEmpty()));
  EXPECT_EQ(joined.epoch, 2);
  EXPECT_EQ(state_of("b"), MemberState::unreleased_partitions);
  EXPECT_EQ(group.state(), GroupState::reconciling);
}

TEST_F(ConsumerGroupTest, AMemberStaysAtItsEpochUntilItHasRevoked) {
  join("a");
  join("b");
  const auto told = beat("a");
  EXPECT_EQ(told.epoch, 1);
  EXPECT_EQ(owned("a").size(), 2U);
  EXPECT_EQ(state_of("a"), MemberState::unrevoked_partitions);
  EXPECT_EQ(beat("a").epoch, 2);
  EXPECT_EQ(state_of("a"), MemberState::stable);
}

TEST_F(ConsumerGroupTest, WhoDoesNotSayWhatItOwnsHasNotRevoked) {
  join("a");
  join("b");
  beat("a");
  auto silent = request("a", clients["a"]);
  silent.owned.reset();
  EXPECT_EQ(send(silent).epoch, 1);
  beat("b");
  EXPECT_THAT(owned("b"), IsEmpty());
}

TEST_F(ConsumerGroupTest, WhatIsRevokedIsGivenToTheOther) {
  join("a");
  join("b");
  beat("a");
  beat("a");
  beat("b");
  EXPECT_EQ(owned("a").size(), 2U);
  EXPECT_EQ(owned("b").size(), 2U);
  EXPECT_EQ(group.state(), GroupState::stable);
}

TEST_F(ConsumerGroupTest, WhatALeaverHadGoesToTheOthers) {
  join("a");
  join("b");
  converge();
  leave("b");
  EXPECT_EQ(group.state(), GroupState::assigning);
  converge();
  EXPECT_EQ(owned("a"), Partitions({0, 1, 2, 3}));
}

TEST_F(ConsumerGroupTest, ASilentMemberIsGoneAfterItsSession) {
  join("a");
  join("b");
  pass(44s);
  beat("a");
  pass(1s);
  EXPECT_THAT(group.data().members, ElementsAre(Key("a")));
  converge();
  EXPECT_EQ(owned("a").size(), 4U);
}

TEST_F(ConsumerGroupTest, WhoDoesNotRevokeInTimeIsRemovedThoughItBeats) {
  join("a");
  join("b");
  const auto stubborn = request("a", clients["a"]);
  send(stubborn);
  for (int i = 0; i < 6; ++i) {
    pass(10s);
    send(stubborn);
    beat("b");
  }
  EXPECT_THAT(group.data().members, ElementsAre(Key("b")));
  EXPECT_EQ(send(stubborn).error, GroupError::unknown_member_id);
}

TEST_F(ConsumerGroupTest, AnEpochThatNeverWasIsFenced) {
  join("a");
  auto wrong = request("a", clients["a"]);
  wrong.epoch = 7;
  EXPECT_EQ(send(wrong).error, GroupError::fenced_member_epoch);
}

TEST_F(ConsumerGroupTest, ThePreviousEpochIsTakenWhenTheAnswerWasLost) {
  join("a");
  join("b");
  beat("a");
  const auto before = request("a", clients["a"]);
  EXPECT_EQ(send(before).epoch, 2);  // the answer is lost
  EXPECT_EQ(send(before).epoch, 2);
}

TEST_F(ConsumerGroupTest, ThePreviousEpochWithPartitionsOfOthersIsFenced) {
  join("a");
  join("b");
  const auto before = request("a", clients["a"]);
  beat("a");
  beat("a");
  EXPECT_EQ(send(before).error, GroupError::fenced_member_epoch);
}

TEST_F(ConsumerGroupTest, AFencedMemberMayJoinAgainUnderItsName) {
  join("a");
  join("b");
  converge();
  const auto again = join("a");
  EXPECT_EQ(again.error, GroupError::none);
  EXPECT_EQ(owned("a").size(), 2U);
  EXPECT_EQ(group.data().members.size(), 2U);
}

TEST_F(ConsumerGroupTest, AStrangerThatDoesNotJoinIsUnknown) {
  join("a");
  auto stranger = request("x", {.epoch = 1});
  EXPECT_EQ(send(stranger).error, GroupError::unknown_member_id);
  stranger.epoch = kLeaveEpoch;
  EXPECT_EQ(send(stranger).error, GroupError::unknown_member_id);
}

TEST_F(ConsumerGroupTest, AFullGroupTakesNobody) {
  for (const char* member : {"a", "b", "c"}) join(member);
  EXPECT_EQ(join("d").error, GroupError::group_max_size_reached);
  EXPECT_EQ(join("a").error, GroupError::none);
}

TEST_F(ConsumerGroupTest, MorePartitionsAreAssigned) {
  join("a");
  create("t", 6);
  beat("a");
  EXPECT_EQ(owned("a").size(), 6U);
}

TEST_F(ConsumerGroupTest, ATopicThatAppearsIsAssigned) {
  auto wanted = joining("a");
  wanted.topics = {TopicName("t"), TopicName("later")};
  take("a", wanted);
  create("later", 2);
  beat("a");
  EXPECT_EQ(owned("a", "later"), Partitions({0, 1}));
}

TEST_F(ConsumerGroupTest, ADeletedTopicIsTakenAway) {
  join("a");
  topics.remove(TopicName("t"));
  beat("a");
  EXPECT_THAT(clients["a"].owned, IsEmpty());
  EXPECT_EQ(beat("a").epoch, 2);
  EXPECT_EQ(group.data().metadata_hash, 0);
}

TEST_F(ConsumerGroupTest, OtherTopicsDoNotDisturb) {
  join("a");
  group.take_changes();
  create("other", 1);
  EXPECT_EQ(beat("a").epoch, 1);
  EXPECT_FALSE(group.has_changes());
}

TEST_F(ConsumerGroupTest, ANewSubscriptionTakesEffectAtOnce) {
  create("u", 2);
  join("a");
  auto other = request("a", clients["a"]);
  other.topics = {TopicName("u")};
  take("a", other);
  converge();
  EXPECT_THAT(owned("a"), IsEmpty());
  EXPECT_EQ(owned("a", "u"), Partitions({0, 1}));
}

struct ConsumerGroupRegexTest : ConsumerGroupTest {
  ConsumerHeartbeatAnswer join_by(const std::string& member, const std::string& regex) {
    auto wanted = joining(member);
    wanted.topics.reset();
    wanted.regex = regex;
    return take(member, wanted);
  }
};

TEST_F(ConsumerGroupRegexTest, TopicsThatMatchAreRead) {
  create("flights-eu", 1);
  join_by("a", "flights-.*");
  EXPECT_EQ(owned("a", "flights-eu"), Partitions({0}));
  EXPECT_THAT(owned("a"), IsEmpty());
}

TEST_F(ConsumerGroupRegexTest, TopicsThatAppearAreReadAndGoAgain) {
  join_by("a", "flights-.*");
  create("flights-us", 2);
  beat("a");
  EXPECT_EQ(owned("a", "flights-us"), Partitions({0, 1}));
  topics.remove(TopicName("flights-us"));
  converge();
  EXPECT_THAT(clients["a"].owned, IsEmpty());
}

TEST_F(ConsumerGroupRegexTest, InternalTopicsAreNotMeant) {
  create("__consumer_offsets", 1);
  join_by("a", ".*");
  EXPECT_EQ(owned("a").size(), 4U);
  EXPECT_THAT(owned("a", "__consumer_offsets"), IsEmpty());
}

TEST_F(ConsumerGroupRegexTest, OnlyTopicsThatMayBeSeenAreMeant) {
  create("flights-eu", 1);
  create("flights-us", 1);
  auto wanted = joining("a");
  wanted.topics.reset();
  wanted.regex = "flights-.*";
  wanted.may_see = [](const TopicName& topic) { return topic.value() != "flights-us"; };
  take("a", wanted);
  EXPECT_EQ(owned("a", "flights-eu"), Partitions({0}));
  EXPECT_THAT(owned("a", "flights-us"), IsEmpty());
}

TEST_F(ConsumerGroupRegexTest, AnExpressionThatNobodyUsesIsForgotten) {
  join_by("a", "t");
  EXPECT_THAT(group.data().regexes, ElementsAre(Key("t")));
  leave("a");
  EXPECT_THAT(group.data().regexes, IsEmpty());
  EXPECT_THAT(group.changes(),
              Contains(ConsumerGroupKey{ConsumerGroupPart::regex, GroupId("g"), "t"}));
}

struct ConsumerGroupStaticTest : ConsumerGroupTest {};

TEST_F(ConsumerGroupStaticTest, WhoComesBackGetsWhatItHadAndNobodyElseNotices) {
  join_static("a", "1");
  join_static("b", "2");
  converge();
  const Partitions before = owned("a");
  leave("a", kStaticLeaveEpoch);
  beat("b");
  EXPECT_EQ(owned("b").size(), 2U);
  EXPECT_EQ(join_static("a2", "1").epoch, 2);
  EXPECT_EQ(owned("a2"), before);
  EXPECT_EQ(group.data().epoch, 2);
}

TEST_F(ConsumerGroupStaticTest, WhoDoesNotComeBackIsGoneAfterItsSession) {
  join_static("a", "1");
  join("b");
  converge();
  leave("a", kStaticLeaveEpoch);
  pass(40s);
  converge();
  EXPECT_EQ(owned("b").size(), 2U);
  pass(5s);
  converge();
  EXPECT_EQ(owned("b").size(), 4U);
}

TEST_F(ConsumerGroupStaticTest, AnInstanceThatIsThereIsNotReleased) {
  join_static("a", "1");
  EXPECT_EQ(join_static("b", "1").error, GroupError::unreleased_instance_id);
}

TEST_F(ConsumerGroupStaticTest, TheFormerSelfIsFenced) {
  join_static("a", "1");
  leave("a", kStaticLeaveEpoch);
  join_static("b", "1");
  EXPECT_EQ(send(request("a", {.epoch = 1, .instance = "1"})).error,
            GroupError::fenced_instance_id);
  EXPECT_EQ(send(request("b", {.epoch = 1, .instance = "9"})).error, GroupError::unknown_member_id);
}

struct ConsumerGroupOffsetsTest : ConsumerGroupTest {
  GroupError commit(const std::string& member, int32_t epoch,
                    MemberEpochs epochs = MemberEpochs::understood) {
    return group.check_commit({.group = GroupId("g"),
                               .generation = epoch,
                               .member_id = member,
                               .instance_id = {},
                               .offsets = {},
                               .member_epochs = epochs});
  }
};

TEST_F(ConsumerGroupOffsetsTest, OnlyMembersAtTheirEpochCommit) {
  EXPECT_EQ(commit("", -1), GroupError::none);
  join("a");
  EXPECT_EQ(commit("a", 1), GroupError::none);
  EXPECT_EQ(commit("a", 0), GroupError::stale_member_epoch);
  EXPECT_EQ(commit("b", 1), GroupError::unknown_member_id);
  EXPECT_EQ(commit("", -1), GroupError::unknown_member_id);
  EXPECT_EQ(commit("a", 1, MemberEpochs::unknown), GroupError::unsupported_version);
}

TEST_F(ConsumerGroupOffsetsTest, AProducerCommitsWithOrWithoutAMember) {
  join("a");
  OffsetCommitRequest request{
      .group = GroupId("g"), .instance_id = {}, .kind = CommitKind::transactional};
  EXPECT_EQ(group.check_commit(request), GroupError::none);
  request.member_id = "a";
  request.generation = 5;
  EXPECT_EQ(group.check_commit(request), GroupError::illegal_generation);
}

TEST_F(ConsumerGroupOffsetsTest, OffsetsAreGivenToMembersAtTheirEpochAndToOperators) {
  join("a");
  EXPECT_EQ(group.check_fetch({.group = GroupId("g")}), GroupError::none);
  EXPECT_EQ(group.check_fetch({GroupId("g"), "a", 1}), GroupError::none);
  EXPECT_EQ(group.check_fetch({GroupId("g"), "a", 2}), GroupError::stale_member_epoch);
  EXPECT_EQ(group.check_fetch({GroupId("g"), "b", 1}), GroupError::unknown_member_id);
}

TEST_F(ConsumerGroupTest, TheAssignorThatMostPreferIsUsed) {
  auto ranged = joining("a");
  ranged.assignor = kRangeAssignor;
  take("a", ranged);
  EXPECT_EQ(group.assignor(), "range");
  join("b");
  converge();
  EXPECT_EQ(owned("a"), Partitions({0, 1}));
  EXPECT_EQ(owned("b"), Partitions({2, 3}));
}

TEST_F(ConsumerGroupTest, ARestoredGroupGoesOnWhereItWas) {
  join("a");
  join("b");
  converge();
  group = ConsumerGroup::restore(group.data(), rules, now);
  beat("a");
  EXPECT_FALSE(beat("b").assignment.has_value());
  EXPECT_EQ(group.data().epoch, 2);
  EXPECT_EQ(group.state(), GroupState::stable);
  pass(45s);
  EXPECT_THAT(group.data().members, IsEmpty());
}

TEST_F(ConsumerGroupTest, RequestsThatKafkaWouldNotTakeAreInvalid) {
  const auto error = [](const ConsumerHeartbeatRequest& wanted) {
    return check_request(wanted).error;
  };
  EXPECT_EQ(error(joining("a")), GroupError::none);
  auto wrong = joining("a");
  wrong.rebalance_timeout.reset();
  EXPECT_EQ(error(wrong), GroupError::invalid_request);
  wrong = joining("");
  EXPECT_EQ(error(wrong), GroupError::invalid_request);
  wrong = joining("a");
  wrong.epoch = -3;
  EXPECT_EQ(error(wrong), GroupError::invalid_request);
  wrong = joining("a");
  wrong.assignor = "sticky";
  EXPECT_EQ(error(wrong), GroupError::unsupported_assignor);
  wrong = joining("a");
  wrong.regex = "(";
  EXPECT_EQ(error(wrong), GroupError::invalid_regular_expression);
}

// Clients that join, leave, lose answers and die at random: no partition is ever owned by two, and
// in the end all is shared out.
struct ConsumerGroupModelTest : ConsumerGroupTest {
  Random random{848};

  ConsumerGroupModelTest() {
    rules.members_max = 6;
    group = ConsumerGroup(GroupId("g"), rules);
    create("u", 3);
  }
  void expect_single_owners() {
    std::map<std::pair<Uuid, int32_t>, std::string> owners;
    for (const auto& [id, client] : clients) {
      if (!group.data().members.contains(id)) continue;
      for (const auto& [topic, partitions] : client.owned) {
        for (int32_t partition : partitions) {
          const auto [entry, is_first] = owners.emplace(std::pair(topic, partition), id);
          EXPECT_TRUE(is_first) << id << " and " << entry->second;
        }
      }
    }
  }
  void step() {
    const auto name = std::string(1, static_cast<char>('a' + random.below(5)));
    const bool is_member = group.data().members.contains(name);
    switch (random.below(8)) {
      case 0:
        clients[name] = {};
        if (!is_member) joining_both(name);
        break;
      case 1:
        if (is_member) leave(name);
        clients.erase(name);
        break;
      case 2:
        // The answer is lost.
        if (is_member) group.heartbeat(request(name, clients[name]), topics, now, {});
        break;
      case 3:
        create("t", 1 + random.below(7));
        break;
      default:
        if (is_member && beat(name).error != GroupError::none) clients[name] = {};
    }
  }
  void joining_both(const std::string& name) {
    auto wanted = joining(name);
    wanted.topics = {TopicName("t")};
    if (random.below(2) == 0) wanted.topics->insert(TopicName("u"));
    take(name, wanted);
  }
};

TEST_F(ConsumerGroupModelTest, NoPartitionIsEverReadByTwo) {
  for (int i = 0; i < 20'000; ++i) {
    step();
    expect_single_owners();
    if (i % 1000 == 0) group = ConsumerGroup::restore(group.data(), rules, now);
  }
  for (const auto& [id, member] : std::map(group.data().members)) {
    clients[id] = {};
    joining_both(id);
  }
  converge();
  EXPECT_EQ(group.state(), GroupState::stable);
}

}  // namespace
}  // namespace tarn::broker
