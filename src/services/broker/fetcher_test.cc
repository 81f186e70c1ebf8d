#include "services/broker/fetcher.h"

#include <chrono>
#include <latch>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/check.h"
#include "platform/runtime/task_group.h"
#include "services/broker/testing/test_broker.h"

namespace tarn::broker {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::TestBroker;

// Two partitions, and fetches that run beside what the test does.
struct FetcherTest : ::testing::Test {
  TestBroker broker;
  runtime::TaskGroup tasks{broker.io().get_executor(), {}};
  std::optional<FetchAnswer> answer;

  FetcherTest() {
    check(
        broker
            .run(broker->create_topic({.name = TopicName("t"), .partitions = 2}, Validate::and_do))
            .has_value());
  }
  ~FetcherTest() override {
    broker.run([](runtime::TaskGroup& group) -> runtime::Awaitable<bool> {
      co_await group.stop();
      co_return true;
    }(tasks));
  }
  static TopicPartition part(int32_t number) { return {TopicName("t"), PartitionId(number)}; }
  void produce(int32_t partition, const std::string& value) {
    auto done = broker.run(broker->produce(
        part(partition), MutableBytes(testing::batch_of(std::vector<std::string>{value}))));
    ASSERT_TRUE(done);
  }
  FetchRequest from_start(std::chrono::milliseconds wait) {
    FetchRequest request;
    for (int32_t i : {0, 1}) request.partitions.push_back({.from = part(i), .offset = Offset(0)});
    request.deadline = broker.clock().monotonic() + wait;
    return request;
  }
  void begin(FetchRequest request) {
    tasks.spawn("fetch", [](FetcherTest& test, FetchRequest wanted) -> runtime::Task<void> {
      test.answer = co_await test.broker->fetch(std::move(wanted));
      co_return Status();
    }(*this, std::move(request)));
    broker.io().poll();
  }
  // What wants the disk waits until it is released.
  void block_pool(std::latch& released) {
    for (size_t i = 0; i < TestBroker::kPoolThreads; ++i) {
      tasks.spawn("block", [](FetcherTest& test, std::latch& until) -> runtime::Task<void> {
        co_await test.broker.pool().run([&until] { until.wait(); });
        co_return Status();
      }(*this, released));
    }
    broker.io().poll();
  }
  void wait_for_answer() {
    while (!answer && broker.io().run_one() > 0) {
    }
  }
  static std::vector<std::string> values(const Answer<Fetched>& fetched) {
    return testing::values_from(fetched->batches, Offset(0));
  }
};

TEST_F(FetcherTest, AFetchWaitsForTheFirstRecord) {
  begin(from_start(1h));
  EXPECT_FALSE(answer);
  produce(1, "a");
  wait_for_answer();
  EXPECT_THAT(values((*answer)[0]), IsEmpty());
  EXPECT_THAT(values((*answer)[1]), ElementsAre("a"));
}

TEST_F(FetcherTest, AFetchWaitsForAllTheBytesThatItWants) {
  FetchRequest request = from_start(1h);
  request.bytes_min = 3 * testing::batch_of(std::vector<std::string>{"a"}).size();
  begin(std::move(request));
  produce(0, "a");
  produce(1, "b");
  broker.io().poll();
  EXPECT_FALSE(answer);
  produce(0, "c");
  wait_for_answer();
  EXPECT_THAT(values((*answer)[0]), ElementsAre("a", "c"));
}

TEST_F(FetcherTest, WhatIsThereWhenTheWaitBeginsCounts) {
  produce(0, "a");
  FetchRequest request = from_start(1h);
  request.bytes_min = 2 * testing::batch_of(std::vector<std::string>{"a"}).size();
  begin(std::move(request));
  EXPECT_FALSE(answer);
  produce(0, "b");
  wait_for_answer();
  EXPECT_THAT(values((*answer)[0]), ElementsAre("a", "b"));
}

TEST_F(FetcherTest, WhatComesWhileTheDiskIsReadCounts) {
  produce(1, "b");
  broker.restart();  // the cache is empty
  std::latch released(1);
  block_pool(released);
  FetchRequest request = from_start(1h);
  request.bytes_min = 2 * testing::batch_of(std::vector<std::string>{"b"}).size();
  begin(std::move(request));
  produce(0, "a");
  released.count_down();
  wait_for_answer();
  EXPECT_THAT(values((*answer)[0]), ElementsAre("a"));
  EXPECT_THAT(values((*answer)[1]), ElementsAre("b"));
}

TEST_F(FetcherTest, AtTheDeadlineAFetchGivesWhatThereIs) {
  produce(0, "a");
  FetchRequest request = from_start(5ms);
  request.bytes_min = 1 << 20;
  const auto fetched = broker.run(broker->fetch(std::move(request)));
  EXPECT_THAT(values(fetched[0]), ElementsAre("a"));
}

TEST_F(FetcherTest, AFetchOfADeletedTopicEndsAtOnce) {
  begin(from_start(1h));
  ASSERT_TRUE(broker.run(broker->delete_topic(TopicName("t"), Origin::client)));
  wait_for_answer();
  EXPECT_EQ((*answer)[0].error().reason, Reason::unknown_topic_or_partition);
}

TEST_F(FetcherTest, AFetchThatWaitsSeesItsRecordsBeingDeleted) {
  produce(0, "a");
  FetchRequest request = from_start(1h);
  request.bytes_min = 1 << 20;
  begin(std::move(request));
  ASSERT_TRUE(broker.run(broker->delete_records(part(0), std::nullopt)));
  wait_for_answer();
  EXPECT_EQ((*answer)[0].error().reason, Reason::offset_out_of_range);
}

TEST_F(FetcherTest, ACancelledFetchLeavesNothingBehind) {
  begin(from_start(1h));
  broker.run([](runtime::TaskGroup& group) -> runtime::Awaitable<bool> {
    co_await group.stop();
    co_return true;
  }(tasks));
  produce(0, "a");
  EXPECT_FALSE(answer);
}

TEST_F(FetcherTest, TheFirstBatchComesHoweverLargeItIs) {
  produce(0, std::string(1000, 'x'));
  produce(1, "b");
  FetchRequest request = from_start(0ms);
  request.bytes_max = 10;
  const auto fetched = broker.run(broker->fetch(std::move(request)));
  EXPECT_THAT(values(fetched[0]), SizeIs(1));
  EXPECT_THAT(values(fetched[1]), IsEmpty()) << "the second partition waits for its turn";
  EXPECT_EQ(fetched[1]->high_watermark, Offset(1));
}

TEST_F(FetcherTest, APartitionIsBoundedOnItsOwn) {
  for (int i = 0; i < 3; ++i) produce(0, std::string(100, 'x'));
  FetchRequest request = from_start(0ms);
  request.partitions[0].bytes_max = 250;
  const auto fetched = broker.run(broker->fetch(std::move(request)));
  EXPECT_LT(fetched[0]->batches.size(), 3U);
  EXPECT_GE(fetched[0]->batches.size(), 1U);
}

TEST_F(FetcherTest, OneRefusedPartitionDoesNotHoldTheOthersUp) {
  FetchRequest request = from_start(1h);
  request.partitions[1].offset = Offset(5);
  const auto fetched = broker.run(broker->fetch(std::move(request)));
  EXPECT_TRUE(fetched[0]);
  EXPECT_EQ(fetched[1].error().reason, Reason::offset_out_of_range);
}

}  // namespace
}  // namespace tarn::broker
