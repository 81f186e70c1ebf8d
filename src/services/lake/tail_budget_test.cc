#include "services/lake/tail_budget.h"

#include <gtest/gtest.h>

namespace tarn::lake {
namespace {

// Two tables and 400 bytes: 100 for each, 200 for whoever needs them.
struct TailBudgetTest : ::testing::Test {
  TailBudget budget{400};
  int wakes = 0;
  TailBudget::Share small{budget, [this] { ++wakes; }};
  TailBudget::Share large{budget, [] {}};
};

TEST_F(TailBudgetTest, OneTableMayUseWhatTheOthersDoNot) {
  large.take(299);
  EXPECT_TRUE(large.has_room());
  large.take(1);
  EXPECT_FALSE(large.has_room());
}

TEST_F(TailBudgetTest, ATableThatTakesAllItCanLeavesOthersTheirPart) {
  large.take(300);
  small.take(99);
  EXPECT_TRUE(small.has_room());
  small.take(1);
  EXPECT_FALSE(small.has_room());
}

TEST_F(TailBudgetTest, TheLargestTailIsCommittedEarly) {
  large.take(250);
  small.take(150);
  small.ask_for_room();
  EXPECT_TRUE(large.is_commit_wanted());
  EXPECT_FALSE(small.is_commit_wanted());
}

TEST_F(TailBudgetTest, ATailUnderCommitIsNotAskedAgainButTheNextLargest) {
  large.take(300);
  large.commit_begins();
  small.take(100);
  small.ask_for_room();
  EXPECT_FALSE(large.is_commit_wanted());
  EXPECT_TRUE(small.is_commit_wanted());
  EXPECT_EQ(wakes, 1);
  small.ask_for_room();
  EXPECT_EQ(wakes, 1) << "it is asked once";
}

TEST_F(TailBudgetTest, WhatIsGivenBackWakesAll) {
  large.take(300);
  large.give_back(300);
  EXPECT_EQ(wakes, 1);
  EXPECT_TRUE(large.has_room());
}

TEST_F(TailBudgetTest, ATableThatEndsLeavesItsPartToTheOthers) {
  {
    TailBudget::Share third(budget, [] {});
    third.take(300);
    small.take(70);
    EXPECT_FALSE(small.has_room());
  }
  EXPECT_TRUE(small.has_room());
}

}  // namespace
}  // namespace tarn::lake
