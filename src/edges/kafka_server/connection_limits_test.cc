#include "edges/kafka_server/connection_limits.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "platform/os/testing/manual_clock.h"
#include "services/broker/testing/test_broker.h"

namespace tarn::kafka_server {
namespace {

struct ConnectionLimitsTest : ::testing::Test {
  broker::testing::TestBroker broker;
  access::QuotaStore quotas = *access::QuotaStore::load(*broker);
  os::testing::ManualClock clock;
  QuotaMeter meter{quotas, clock};
  ConnectionLimits limits{{.max = 5, .per_address_max = 2, .addresses = {{"10.0.0.9", 3}}},
                          meter,
                          telemetry::Logger::to_stderr(telemetry::LogLevel::warn),
                          clock,
                          broker.metrics()};

  int admitted(const std::string& address, int attempts) {
    int count = 0;
    for (int i = 0; i < attempts; ++i) count += limits.enter(address) ? 1 : 0;
    return count;
  }
};

TEST_F(ConnectionLimitsTest, AnAddressHasItsShareAndAllTogetherTheirs) {
  EXPECT_EQ(admitted("10.0.0.1", 10), 2);
  EXPECT_EQ(admitted("10.0.0.9", 10), 3) << "a limit of its own";
  EXPECT_EQ(admitted("10.0.0.2", 1), 0) << "five in all";
  limits.leave("10.0.0.1");
  EXPECT_EQ(admitted("10.0.0.2", 1), 1);
  EXPECT_EQ(limits.open(), 5U);
}

TEST_F(ConnectionLimitsTest, WhoIsTurnedAwayIsToldOfOnce) {
  ::testing::internal::CaptureStderr();
  admitted("10.0.0.1", 1000);
  admitted("10.0.0.9", 1000);
  clock.advance(ConnectionLimits::kWindow);
  admitted("10.0.0.1", 1000);
  const std::string log = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::ranges::count(log, '\n'), 3) << log;
  EXPECT_NE(log.find("peer=10.0.0.1"), std::string::npos) << log;
  EXPECT_NE(log.find("too many connections from this address"), std::string::npos);
}

TEST_F(ConnectionLimitsTest, TooManyConnectionsASecondAreTurnedAway) {
  const access::QuotaEntity all{.user = {}, .client_id = {}, .ip = access::QuotaName{}};
  ASSERT_TRUE(
      broker.run(quotas.alter({{all, {{access::QuotaKind::connection_creation_rate, 1}}}})));
  int count = 0;
  for (int i = 0; i < 100; ++i) {
    if (!limits.enter("10.0.0.1")) continue;
    ++count;
    limits.leave("10.0.0.1");
  }
  EXPECT_EQ(count, 2);
}

}  // namespace
}  // namespace tarn::kafka_server
