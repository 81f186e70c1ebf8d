#include "services/broker/embedded_log.h"

#include <gtest/gtest.h>

#include "platform/os/testing/fault_file_system.h"
#include "services/broker/testing/test_broker.h"
#include "services/log/testing/log_contract.h"

namespace tarn::broker {
namespace {

using testing::TestBroker;

class PosixWorld {
 public:
  log::Log& log() { return broker_.log(); }
  template <class T>
  T run(runtime::Awaitable<T> awaitable) {
    return broker_.run(std::move(awaitable));
  }

 private:
  TestBroker broker_;
};

class FaultWorld {
 public:
  log::Log& log() { return broker_.log(); }
  template <class T>
  T run(runtime::Awaitable<T> awaitable) {
    return broker_.run(std::move(awaitable));
  }

 private:
  os::testing::FaultFileSystem files_;
  TestBroker broker_{files_, TestBroker::quick_options()};
};

}  // namespace
}  // namespace tarn::broker

namespace tarn::log::testing {

INSTANTIATE_TYPED_TEST_SUITE_P(OnDisk, LogContract, broker::PosixWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(OnFaultDisk, LogContract, broker::FaultWorld);

}  // namespace tarn::log::testing

namespace tarn::broker {
namespace {

struct AfterPowerLoss : ::testing::TestWithParam<os::testing::PowerLoss> {
  os::testing::FaultFileSystem files;
  TestBroker broker{files, TestBroker::quick_options()};
  const TopicPartition orders{TopicName("orders"), PartitionId(0)};

  auto run(auto task) { return broker.run(std::move(task)); }
  void append(const std::string& value) {
    std::vector<log::RecordBatch> batches;
    batches.push_back({orders, testing::batch_of(std::vector<std::string>{value})});
    ASSERT_TRUE(run(broker.log().append(std::move(batches))));
  }
};

TEST_P(AfterPowerLoss, WhatWasAcknowledgedIsThere) {
  const auto topic = run(broker.log().ensure_topic({.name = orders.topic}));
  append("a");
  ASSERT_TRUE(run(broker.log().commit_offsets(GroupId("g"), {{orders, Offset(1)}})));
  append("b");
  const auto producer = run(broker->init_producer_id());
  const auto disk = files.disk();
  broker.restart_after([&] {
    files.restore(disk);
    files.lose_power(GetParam(), 1);
  });
  const auto read = run(broker.log().read(orders, Offset(0), {}));
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(testing::values_from(read->batches, Offset(0)), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(broker->topics().find(orders.topic)->id, topic->id);
  EXPECT_EQ(run(broker.log().committed_offsets(GroupId("g")))->at(orders), Offset(1));
  EXPECT_LT(producer->id, run(broker->init_producer_id())->id);
}

INSTANTIATE_TEST_SUITE_P(EveryWay, AfterPowerLoss,
                         ::testing::ValuesIn(os::testing::kAllPowerLosses));

TEST(OnAFullDisk, AppendsAreRefusedReadsGoOnAndSpaceHeals) {
  os::testing::FaultFileSystem files;
  TestBroker broker(files, TestBroker::quick_options());
  const TopicPartition orders{TopicName("orders"), PartitionId(0)};
  ASSERT_TRUE(broker.run(broker.log().ensure_topic({.name = orders.topic})));
  const auto append = [&](size_t bytes) {
    std::vector<log::RecordBatch> batches;
    batches.push_back({orders, testing::batch_of({std::string(bytes, 'x')})});
    return broker.run(broker.log().append(std::move(batches)));
  };
  ASSERT_TRUE(append(10));
  files.set_capacity(0);
  EXPECT_EQ(append(500'000).error().code(), ErrorCode::resource_exhausted);
  EXPECT_EQ(broker.run(broker.log().read(orders, Offset(0), {}))->batches.size(), 1U);
  files.no_more_faults();
  EXPECT_TRUE(append(500'000));
}

TEST(AfterAFailedSync, AppendsAreRefusedAndReadsGoOn) {
  os::testing::FaultFileSystem files;
  TestBroker broker(files, TestBroker::quick_options());
  const TopicPartition orders{TopicName("orders"), PartitionId(0)};
  ASSERT_TRUE(broker.run(broker.log().ensure_topic({.name = orders.topic})));
  const auto append = [&](const std::string& value) {
    std::vector<log::RecordBatch> batches;
    batches.push_back({orders, testing::batch_of(std::vector<std::string>{value})});
    return broker.run(broker.log().append(std::move(batches)));
  };
  ASSERT_TRUE(append("a"));
  files.fail_sync_at(1);
  EXPECT_EQ(append("b").error().code(), ErrorCode::unavailable);
  EXPECT_EQ(append("c").error().code(), ErrorCode::unavailable) << "it is not tried again";
  const auto read = broker.run(broker.log().read(orders, Offset(0), {}));
  EXPECT_EQ(testing::values_from(read->batches, Offset(0)), (std::vector<std::string>{"a"}));
}

}  // namespace
}  // namespace tarn::broker
