#include "services/broker/retention.h"

#include <functional>

#include <gtest/gtest.h>

#include "services/broker/testing/test_broker.h"

namespace tarn::broker {
namespace {

using testing::batch_of;
using testing::TestBroker;

BrokerOptions busy_housekeeping(uint64_t drop_held_below) {
  auto options = TestBroker::quick_options();
  options.drop_held_below = drop_held_below;
  options.housekeeping_interval = Millis(1);
  return options;
}

// A topic of which retention wants all but the last segment, one batch each.
struct RetentionTest : ::testing::Test {
  explicit RetentionTest(uint64_t drop_held_below = 0)
      : broker(busy_housekeeping(drop_held_below)) {}

  TestBroker broker;
  const TopicName orders{"orders"};
  const TopicPartition part{orders, PartitionId(0)};

  void SetUp() override {
    const log::TopicConfig config{{"segment.bytes", "80"}, {"retention.bytes", "1"}};
    ASSERT_TRUE(
        broker.run(broker->create_topic({.name = orders, .config = config}, Validate::and_do)));
  }
  void produce(int batches) {
    for (int i = 0; i < batches; ++i) {
      auto batch = MutableBytes(batch_of(std::vector<std::string>{"a", "b"}));
      ASSERT_TRUE(broker.run(broker->produce(part, std::move(batch))));
    }
  }
  void need_from(int64_t offset) {
    broker->hold_records("table t", {.topics = {orders}, .from = {{part, Offset(offset)}}});
  }
  int64_t start() { return broker->partition_state(part)->log_start.value(); }
  uint64_t held_bytes() { return broker->held_records(part)->bytes; }
  void turn() {
    broker.io().restart();
    broker.io().run_one();
  }
  void run_until(const std::function<bool()>& is_so) {
    while (!is_so()) turn();
  }
};

TEST_F(RetentionTest, WhatNobodyNeedsGoes) {
  produce(4);
  broker->begin_retention();
  run_until([this] { return start() == 6; });
  EXPECT_EQ(broker->held_records(part), std::nullopt);
}

TEST_F(RetentionTest, WhatIsNeededStaysUntilItIsNot) {
  need_from(3);
  produce(4);
  broker->begin_retention();
  run_until([this] { return held_bytes() > 0; });
  EXPECT_EQ(start(), 2) << "the segment with offset 3 begins there";
  EXPECT_EQ(broker->held_records(part)->holder, "table t");
  EXPECT_NE(broker.metrics().render().find("tarn_topic_partition_held_bytes"), std::string::npos);
  need_from(8);
  run_until([this] { return start() == 6 && held_bytes() == 0; });
}

TEST_F(RetentionTest, OfAPartitionWithoutAPositionAllIsNeeded) {
  broker->hold_records("table t", {.topics = {orders}, .from = {}});
  produce(4);
  broker->begin_retention();
  run_until([this] { return held_bytes() > 0; });
  EXPECT_EQ(start(), 0);
}

TEST_F(RetentionTest, TheHoldThatReachesBackFarthestCounts) {
  need_from(8);
  broker->hold_records("table u", {.topics = {orders}, .from = {{part, Offset(2)}}});
  produce(4);
  broker->begin_retention();
  run_until([this] { return start() == 2; });
  EXPECT_EQ(broker->held_records(part)->holder, "table u");
}

TEST_F(RetentionTest, AfterARestartNothingGoesBeforeTheHoldersHaveSpoken) {
  need_from(0);
  produce(4);
  broker->begin_retention();
  run_until([this] { return held_bytes() > 0; });
  broker.restart();
  broker.wait_until_loaded();
  for (int turns = 0; turns < 50; ++turns) turn();
  EXPECT_EQ(start(), 0);
  need_from(4);
  broker->begin_retention();
  run_until([this] { return start() == 4; });
}

TEST_F(RetentionTest, AClientMayDeleteWhatIsNeeded) {
  need_from(0);
  produce(2);
  EXPECT_EQ(broker.run(broker->delete_records(part, Offset(3))), Offset(3));
}

struct NearlyFullDisk : RetentionTest {
  NearlyFullDisk() : RetentionTest(UINT64_MAX) {}
};

TEST_F(NearlyFullDisk, HoldsDoNotCount) {
  need_from(0);
  produce(4);
  broker->begin_retention();
  run_until([this] { return start() == 6; });
}

}  // namespace
}  // namespace tarn::broker
