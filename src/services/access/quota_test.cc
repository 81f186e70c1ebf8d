#include "services/access/quota.h"

#include <gtest/gtest.h>

#include "platform/os/testing/manual_clock.h"
#include "services/access/token_bucket.h"

namespace tarn::access {
namespace {

using enum QuotaKind;

QuotaName named(const std::string& name) {
  return {.text = name};
}
const QuotaName kAny;

struct Quotas : ::testing::Test {
  QuotaTable table;

  void set(std::optional<QuotaName> user, std::optional<QuotaName> client, double rate) {
    table.set({.user = std::move(user), .client_id = std::move(client), .ip = {}},
              {{producer_byte_rate, rate}});
  }
  double rate(const std::string& user, const std::string& client) const {
    const auto limit = table.find(producer_byte_rate, user, client);
    return limit ? limit->rate : 0;
  }
};

TEST_F(Quotas, TheMostSpecialOfEightLevelsCounts) {
  set({}, kAny, 8);
  EXPECT_EQ(rate("alice", "billing"), 8);
  set({}, named("billing"), 7);
  EXPECT_EQ(rate("alice", "billing"), 7);
  set(kAny, {}, 6);
  EXPECT_EQ(rate("alice", "billing"), 6);
  set(kAny, kAny, 5);
  EXPECT_EQ(rate("alice", "billing"), 5);
  set(kAny, named("billing"), 4);
  EXPECT_EQ(rate("alice", "billing"), 4);
  set(named("alice"), {}, 3);
  EXPECT_EQ(rate("alice", "billing"), 3);
  set(named("alice"), kAny, 2);
  EXPECT_EQ(rate("alice", "billing"), 2);
  set(named("alice"), named("billing"), 1);
  EXPECT_EQ(rate("alice", "billing"), 1);
  EXPECT_EQ(rate("bob", "other"), 5);
}

TEST_F(Quotas, WhoSharesALevelSharesItsAllowance) {
  set(named("alice"), {}, 3);
  set({}, kAny, 8);
  const auto scope = [&](const std::string& user, const std::string& client) {
    return table.find(producer_byte_rate, user, client)->scope;
  };
  EXPECT_EQ(scope("alice", "a"), scope("alice", "b"));
  EXPECT_EQ(scope("bob", "a"), scope("carol", "a"));
  EXPECT_NE(scope("bob", "a"), scope("bob", "b"));
}

TEST_F(Quotas, EachKindIsLookedUpByItself) {
  set(named("alice"), {}, 3);
  EXPECT_FALSE(table.find(consumer_byte_rate, "alice", "a"));
  table.set({.user = kAny, .client_id = {}, .ip = {}}, {{consumer_byte_rate, 9}});
  EXPECT_EQ(table.find(consumer_byte_rate, "alice", "a")->rate, 9);
  EXPECT_EQ(rate("alice", "a"), 3);
}

TEST_F(Quotas, AnAddressHasItsOwnOrTheDefault) {
  table.set({.user = {}, .client_id = {}, .ip = kAny}, {{connection_creation_rate, 5}});
  table.set({.user = {}, .client_id = {}, .ip = named("10.0.0.1")},
            {{connection_creation_rate, 1}});
  EXPECT_EQ(table.find_address(connection_creation_rate, "10.0.0.1")->rate, 1);
  EXPECT_EQ(table.find_address(connection_creation_rate, "10.0.0.2")->rate, 5);
}

TEST(Quota, IsReadAsItWasWritten) {
  const StoredQuota quota{.entity = {.user = named("alice"), .client_id = kAny, .ip = {}},
                          .values = {{producer_byte_rate, 1048576}, {request_percentage, 12.5}}};
  const Bytes bytes = encode_quota(quota);
  const auto read = decode_quota(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->entity, quota.entity);
  EXPECT_EQ(read->values, quota.values);
  for (size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(decode_quota(BytesView(bytes).first(length))) << length;
  }
}

TEST(Quota, WhatCannotBeIsRefused) {
  const QuotaEntity alice{.user = named("alice"), .client_id = {}, .ip = {}};
  const QuotaEntity address{.user = {}, .client_id = {}, .ip = named("10.0.0.1")};
  EXPECT_TRUE(check_quota(alice, producer_byte_rate, 1));
  EXPECT_TRUE(check_quota(alice, request_percentage, 0.5));
  EXPECT_FALSE(check_quota(alice, producer_byte_rate, 0.5));
  EXPECT_FALSE(check_quota(alice, producer_byte_rate, 0));
  EXPECT_FALSE(check_quota(alice, connection_creation_rate, 1));
  EXPECT_FALSE(check_quota(address, producer_byte_rate, 1));
  EXPECT_FALSE(check_entity({}));
  EXPECT_FALSE(check_entity({.user = named("alice"), .client_id = {}, .ip = named("x")}));
  EXPECT_EQ(to_string(QuotaEntity{.user = named("alice"), .client_id = kAny, .ip = {}}),
            "user alice, any client-id");
}

struct Bucket : ::testing::Test {
  os::testing::ManualClock clock;
  TokenBucket bucket;

  Millis charge(double amount, double rate = 1000) {
    return bucket.charge(amount, rate, clock.monotonic());
  }
};

TEST_F(Bucket, ASecondsWorthIsFree) {
  EXPECT_EQ(charge(1000), Millis(0));
  EXPECT_EQ(charge(500), Millis(500));
  clock.advance(Millis(500));
  EXPECT_EQ(charge(0), Millis(0));
}

TEST_F(Bucket, OverALongTimeTheRateIsExact) {
  double used = 0;
  const auto begin = clock.monotonic();
  for (int i = 0; i < 1000; ++i) {
    const double amount = 100 + (i % 7) * 300;
    used += amount;
    clock.advance(charge(amount));
  }
  const std::chrono::duration<double> passed = clock.monotonic() - begin;
  EXPECT_NEAR(used / passed.count(), 1000, 5);
}

TEST_F(Bucket, ALargePieceIsADebt) {
  EXPECT_EQ(charge(61'000), Millis(60'000));
  clock.advance(Millis(30'000));
  EXPECT_EQ(charge(0), Millis(30'000));
}

TEST_F(Bucket, AnotherRateCountsFromThenOn) {
  EXPECT_EQ(charge(3000), Millis(2000));
  EXPECT_EQ(charge(0, 2000), Millis(1000));
}

}  // namespace
}  // namespace tarn::access
