#include "edges/kafka_server/audit_log.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "platform/os/testing/manual_clock.h"

namespace tarn::kafka_server {
namespace {

struct Audit : ::testing::Test {
  os::testing::ManualClock clock;
  telemetry::MetricRegistry metrics;
  AuditLog log{telemetry::Logger::to_stderr(telemetry::LogLevel::warn), clock, metrics};
  const access::Caller alice{.principal = "User:alice", .host = "10.0.0.1"};

  void deny(std::string_view topic) {
    log.denied({.caller = alice,
                .client_id = "billing",
                .api = "Fetch",
                .operation = access::Operation::read,
                .type = access::ResourceType::topic,
                .name = topic});
  }
};

TEST_F(Audit, ALineSaysWhoWantedWhat) {
  ::testing::internal::CaptureStderr();
  deny("orders");
  const std::string line = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(line.find("denied principal=User:alice host=10.0.0.1 client_id=billing api=Fetch "
                      "operation=read resource=topic name=orders"),
            std::string::npos)
      << line;
}

TEST_F(Audit, WhoIsRefusedAllTheTimeHidesNobody) {
  ::testing::internal::CaptureStderr();
  for (int i = 0; i < 1000; ++i) deny("orders");
  deny("others");
  clock.advance(AuditLog::kWindow);
  deny("orders");
  const std::string lines = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::ranges::count(lines, '\n'), 3);
  EXPECT_NE(lines.find("name=others left_out=999"), std::string::npos) << lines;
  EXPECT_NE(
      metrics.render().find(R"(tarn_kafka_denied_total{operation="read",resource="topic"} 1002)"),
      std::string::npos);
}

TEST_F(Audit, ManyDifferentDenialsAreAFewLines) {
  ::testing::internal::CaptureStderr();
  for (int i = 0; i < 1000; ++i) deny("topic-" + std::to_string(i));
  const std::string lines = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::ranges::count(lines, '\n'), static_cast<int>(AuditLog::kLinesMax));
}

}  // namespace
}  // namespace tarn::kafka_server
