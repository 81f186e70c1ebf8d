#include "services/broker/group_assignment.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"

namespace tarn::broker {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Uuid topic(uint8_t number) {
  Uuid id;
  id.bytes[15] = number;
  return id;
}

struct Assignors : ::testing::Test {
  AssignmentTask task;
  GroupAssignment assigned;

  void has(uint8_t number, int32_t partitions) { task.partitions[topic(number)] = partitions; }
  void reads(const std::string& member, std::set<uint8_t> topics) {
    task.members[member].topics.clear();
    for (uint8_t number : topics) task.members[member].topics.insert(topic(number));
  }
  // What was assigned is what the members have when they are assigned anew.
  void settle() {
    for (auto& [id, member] : task.members) member.target = assigned[id];
  }
  void uniform() {
    assigned = assign_uniform(task);
    settle();
  }
  size_t count(const std::string& member) { return partition_count(assigned[member]); }
  size_t moved_by_uniform() {
    const GroupAssignment before = assigned;
    uniform();
    size_t moved = 0;
    for (const auto& [id, had] : before) {
      if (task.members.contains(id)) moved += partition_count(difference(had, assigned[id]));
    }
    return moved;
  }
};

TEST_F(Assignors, UniformGivesEveryMemberAsManyAsTheOthersOrOneMore) {
  has(1, 4);
  has(2, 3);
  for (const char* member : {"a", "b", "c"}) reads(member, {1, 2});
  uniform();
  EXPECT_EQ(count("a"), 3U);
  EXPECT_EQ(count("b"), 2U);
  EXPECT_EQ(count("c"), 2U);
}

TEST_F(Assignors, ANewcomerTakesOnlyWhatItNeeds) {
  has(1, 6);
  reads("a", {1});
  reads("b", {1});
  uniform();
  reads("c", {1});
  EXPECT_EQ(moved_by_uniform(), 2U);
  EXPECT_EQ(count("c"), 2U);
}

TEST_F(Assignors, WhoStaysKeepsWhatItHasWhenAnotherLeaves) {
  has(1, 6);
  for (const char* member : {"a", "b", "c"}) reads(member, {1});
  uniform();
  task.members.erase("b");
  EXPECT_EQ(moved_by_uniform(), 0U);
  EXPECT_EQ(count("a"), 3U);
}

TEST_F(Assignors, ANewcomerGetsOfEveryTopic) {
  has(1, 4);
  has(2, 4);
  reads("a", {1, 2});
  uniform();
  reads("b", {1, 2});
  uniform();
  EXPECT_EQ(assigned["b"][topic(1)].size(), 2U);
  EXPECT_EQ(assigned["b"][topic(2)].size(), 2U);
}

TEST_F(Assignors, NoMemberGetsATopicThatItDoesNotRead) {
  has(1, 2);
  has(2, 2);
  reads("a", {1});
  reads("b", {2});
  uniform();
  EXPECT_THAT(assigned["a"], ElementsAre(std::pair(topic(1), std::set<int32_t>{0, 1})));
  EXPECT_THAT(assigned["b"], ElementsAre(std::pair(topic(2), std::set<int32_t>{0, 1})));
}

TEST_F(Assignors, AChainOfMovesEvensOutWhatNoSingleMoveCan) {
  has(1, 2);
  has(2, 1);
  reads("a", {1});
  reads("b", {1, 2});
  reads("c", {2});
  task.members["a"].target[topic(1)] = {0, 1};
  task.members["b"].target[topic(2)] = {0};
  uniform();
  for (const char* member : {"a", "b", "c"}) EXPECT_EQ(count(member), 1U) << member;
}

TEST_F(Assignors, WhatIsGoneIsAssignedToNobody) {
  has(1, 4);
  reads("a", {1});
  uniform();
  task.partitions.clear();
  reads("a", {});
  uniform();
  EXPECT_THAT(assigned["a"], IsEmpty());
}

TEST_F(Assignors, ThereAreMembersWithoutPartitionsWhenThereAreTooFew) {
  has(1, 1);
  reads("a", {1});
  reads("b", {1});
  uniform();
  EXPECT_EQ(count("a") + count("b"), 1U);
  EXPECT_TRUE(assigned.contains("b"));
}

TEST_F(Assignors, RangeGivesContiguousRangesInTheOrderOfTheMembers) {
  has(1, 5);
  has(2, 5);
  reads("a", {1, 2});
  reads("b", {1, 2});
  assigned = assign_range(task);
  for (const auto number : {uint8_t{1}, uint8_t{2}}) {
    EXPECT_THAT(assigned["a"][topic(number)], ElementsAre(0, 1, 2));
    EXPECT_THAT(assigned["b"][topic(number)], ElementsAre(3, 4));
  }
}

TEST_F(Assignors, RangePutsStaticMembersFirstByInstance) {
  has(1, 3);
  for (const char* member : {"a", "b", "c"}) reads(member, {1});
  task.members["c"].instance_id = "1";
  task.members["b"].instance_id = "2";
  assigned = assign_range(task);
  EXPECT_THAT(assigned["c"][topic(1)], ElementsAre(0));
  EXPECT_THAT(assigned["b"][topic(1)], ElementsAre(1));
  EXPECT_THAT(assigned["a"][topic(1)], ElementsAre(2));
}

// Random groups that change at random: what must always hold.
struct AssignorProperties : Assignors {
  Random random{20'260'721};

  void change() {
    const auto name = std::string(1, static_cast<char>('a' + random.below(8)));
    if (random.below(3) == 0) {
      task.members.erase(name);
    } else {
      std::set<uint8_t> topics;
      for (uint64_t i = random.below(4); i > 0; --i) {
        topics.insert(static_cast<uint8_t>(random.below(5)));
      }
      reads(name, std::move(topics));
    }
    has(static_cast<uint8_t>(random.below(5)), static_cast<int32_t>(1 + random.below(9)));
    keep_known();
  }
  // Members only read what exists.
  void keep_known() {
    for (auto& [id, member] : task.members) {
      std::erase_if(member.topics,
                    [this](const Uuid& topic) { return !task.partitions.contains(topic); });
    }
  }
  void expect_complete() {
    for (const auto& [id, partitions] : task.partitions) {
      const bool is_read = std::ranges::any_of(
          task.members, [&id](const auto& entry) { return entry.second.topics.contains(id); });
      for (int32_t partition = 0; partition < partitions; ++partition) {
        const auto owners = std::ranges::count_if(
            assigned, [&](const auto& entry) { return contains(entry.second, id, partition); });
        EXPECT_EQ(owners, is_read ? 1 : 0);
      }
    }
  }
  void expect_subscribed() {
    for (const auto& [id, partitions] : assigned) {
      for (const auto& [topic, numbers] : partitions) {
        EXPECT_TRUE(task.members.at(id).topics.contains(topic));
      }
    }
  }
  // No partition could go to a member that has two less.
  void expect_even() {
    for (const auto& [from, partitions] : assigned) {
      for (const auto& [to, member] : task.members) {
        const bool could_take = std::ranges::any_of(partitions, [&member](const auto& entry) {
          return member.topics.contains(entry.first);
        });
        if (could_take) {
          EXPECT_LE(count(from), count(to) + 1);
        }
      }
    }
  }
};

TEST_F(AssignorProperties, UniformIsCompleteEvenAndStillWhenNothingChanges) {
  for (int round = 0; round < 500; ++round) {
    change();
    uniform();
    expect_complete();
    expect_subscribed();
    expect_even();
    EXPECT_EQ(moved_by_uniform(), 0U);
  }
}

TEST_F(AssignorProperties, RangeIsComplete) {
  for (int round = 0; round < 200; ++round) {
    change();
    assigned = assign_range(task);
    expect_complete();
    expect_subscribed();
  }
}

}  // namespace
}  // namespace tarn::broker
