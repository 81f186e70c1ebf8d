// The small parts that keep clients within bounds.
#include <algorithm>
#include <string>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "edges/kafka_server/answer_memory.h"
#include "edges/kafka_server/byte_budget.h"
#include "edges/kafka_server/complaints.h"
#include "edges/kafka_server/errors.h"
#include "edges/kafka_server/request.h"
#include "platform/os/testing/manual_clock.h"

namespace tarn::kafka_server {
namespace {

using kafka_protocol::KafkaError;

TEST(ByteBudget, WhatIsTakenComesBackWithItsLease) {
  boost::asio::io_context io{1};
  ByteBudget budget(io.get_executor(), 100);
  {
    ByteLease lease(budget);
    EXPECT_TRUE(lease.try_take(60));
    EXPECT_FALSE(ByteLease(budget).try_take(60));
    const ByteLease moved = std::move(lease);
    EXPECT_FALSE(budget.try_take(60));
  }
  EXPECT_TRUE(budget.try_take(60));
}

TEST(ByteBudget, OneRequestAboveTheBoundGoesAlone) {
  boost::asio::io_context io{1};
  ByteBudget budget(io.get_executor(), 100);
  EXPECT_TRUE(budget.try_take(1000));
  EXPECT_FALSE(budget.try_take(1));
}

TEST(ReceivedFrame, ASmallPartDoesNotHoldTheWholeFrame) {
  const ReceivedFrame frame(1000);
  std::ranges::fill(frame.space(), std::byte{7});
  const auto is_inside = [&](const MutableBytes& part) {
    return part.view().data() >= frame.space().data() &&
           part.view().data() < frame.space().data() + frame.space().size();
  };
  EXPECT_TRUE(is_inside(frame.part(frame.view().subspan(100, 250))));
  const MutableBytes small = frame.part(frame.view().subspan(400, 249));
  EXPECT_FALSE(is_inside(small));
  EXPECT_TRUE(std::ranges::equal(small.view(), frame.view().subspan(400, 249)));
  EXPECT_TRUE(frame.part({}).view().empty());
}

TEST(AnswerMemory, SharesShrinkAsAnswersPileUp) {
  AnswerMemory memory(64 << 20);
  EXPECT_EQ(memory.share(8 << 20), 8U << 20);
  memory.take(48 << 20);
  EXPECT_EQ(memory.share(8 << 20), 4U << 20);
  memory.take(48 << 20);
  EXPECT_EQ(memory.share(8 << 20), AnswerMemory::kAlways);
  EXPECT_EQ(memory.share(10), 10U);
  memory.give_back(96 << 20);
  EXPECT_EQ(memory.share(8 << 20), 8U << 20);
}

TEST(Complaints, AFloodIsAFewLines) {
  os::testing::ManualClock clock;
  Complaints complaints(telemetry::Logger::to_stderr(telemetry::LogLevel::warn), clock);
  ::testing::internal::CaptureStderr();
  for (int i = 0; i < 1000; ++i) complaints.complain("connection closed", "peer", "noise");
  clock.advance(Complaints::kWindow);
  complaints.complain("connection closed", "peer", "noise");
  const std::string log = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::ranges::count(log, '\n'), Complaints::kLinesMax + 1);
  EXPECT_NE(log.find("left_out=990"), std::string::npos) << log;
}

TEST(Errors, EveryReasonHasACodeOfItsMeaning) {
  for (auto reason = broker::Reason::unknown_topic_or_partition;
       reason <= broker::Reason::shutting_down;
       reason = static_cast<broker::Reason>(static_cast<int>(reason) + 1)) {
    const auto error = to_kafka(reason);
    EXPECT_NE(error, KafkaError::unknown_server_error) << static_cast<int>(reason);
    EXPECT_NE(error, KafkaError::none) << static_cast<int>(reason);
  }
}

TEST(Errors, EveryGroupErrorHasACodeOfItsMeaning) {
  EXPECT_EQ(to_kafka(broker::GroupError::none), KafkaError::none);
  for (auto error = broker::GroupError::invalid_group_id;
       error <= broker::GroupError::storage_failed;
       error = static_cast<broker::GroupError>(static_cast<int>(error) + 1)) {
    EXPECT_NE(to_kafka(error), KafkaError::unknown_server_error) << static_cast<int>(error);
  }
}

}  // namespace
}  // namespace tarn::kafka_server
