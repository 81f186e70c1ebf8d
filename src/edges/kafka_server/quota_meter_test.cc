#include "edges/kafka_server/quota_meter.h"

#include <gtest/gtest.h>

#include "platform/os/testing/manual_clock.h"
#include "services/broker/testing/test_broker.h"

namespace tarn::kafka_server {
namespace {

using enum access::QuotaKind;

struct Meter : ::testing::Test {
  broker::testing::TestBroker broker;
  access::QuotaStore quotas = *access::QuotaStore::load(*broker);
  os::testing::ManualClock clock;
  QuotaMeter meter{quotas, clock};
  const access::Caller alice{.principal = "User:alice", .host = "10.0.0.1"};
  const access::Caller bob{.principal = "User:bob", .host = "10.0.0.1"};

  void set(const access::QuotaEntity& entity, access::QuotaKind kind, double rate) {
    ASSERT_TRUE(broker.run(quotas.alter({{entity, {{kind, rate}}}})));
  }
  static access::QuotaEntity user(const std::string& name) {
    return {.user = access::QuotaName{name}, .client_id = {}, .ip = {}};
  }
};

TEST_F(Meter, WithoutAQuotaNobodyWaits) {
  EXPECT_FALSE(meter.is_on());
  EXPECT_EQ(meter.charge(producer_byte_rate, alice, "a", 1e12), Millis(0));
}

TEST_F(Meter, AUserWaitsAndOthersDoNot) {
  set(user("alice"), producer_byte_rate, 1000);
  EXPECT_EQ(meter.charge(producer_byte_rate, alice, "a", 3000), Millis(2000));
  EXPECT_EQ(meter.charge(producer_byte_rate, alice, "b", 0), Millis(2000)) << "the same user";
  EXPECT_EQ(meter.charge(producer_byte_rate, bob, "a", 3000), Millis(0));
  EXPECT_EQ(meter.charge(consumer_byte_rate, alice, "a", 3000), Millis(0));
}

TEST_F(Meter, ANewQuotaIsInEffectAtOnce) {
  set(user("alice"), producer_byte_rate, 1000);
  meter.charge(producer_byte_rate, alice, "a", 3000);
  set(user("alice"), producer_byte_rate, 4000);
  EXPECT_EQ(meter.charge(producer_byte_rate, alice, "a", 0), Millis(500));
}

TEST_F(Meter, ManyClientsLeaveNothingBehind) {
  set({.user = {}, .client_id = access::QuotaName{}, .ip = {}}, producer_byte_rate, 1000);
  for (int i = 0; i < 100'000; ++i) {
    clock.advance(Millis(10));
    EXPECT_EQ(meter.charge(producer_byte_rate, alice, "client-" + std::to_string(i), 900),
              Millis(0));
  }
  EXPECT_LT(meter.size(), 3000U);
}

TEST_F(Meter, AnAddressConnectsSoOftenASecond) {
  set({.user = {}, .client_id = {}, .ip = access::QuotaName{}}, connection_creation_rate, 2);
  int admitted = 0;
  for (int i = 0; i < 100; ++i) admitted += meter.admit_connection("10.0.0.1") ? 1 : 0;
  EXPECT_EQ(admitted, 3) << "those of a second, and one on credit";
  EXPECT_TRUE(meter.admit_connection("10.0.0.2"));
  clock.advance(std::chrono::seconds(10));
  EXPECT_TRUE(meter.admit_connection("10.0.0.1"));
}

}  // namespace
}  // namespace tarn::kafka_server
