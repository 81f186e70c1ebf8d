#include "services/access/quota_store.h"

#include <gtest/gtest.h>

#include "services/broker/testing/test_broker.h"

namespace tarn::access {
namespace {

using enum QuotaKind;

const QuotaEntity kAlice{.user = QuotaName{"alice"}, .client_id = {}, .ip = {}};

struct QuotaStoreTest : ::testing::Test {
  broker::testing::TestBroker broker;
  QuotaStore store = *QuotaStore::load(*broker);

  bool alter(std::map<QuotaKind, std::optional<double>> values) {
    return broker.run(store.alter({{kAlice, std::move(values)}})).has_value();
  }
};

TEST_F(QuotaStoreTest, WhatIsSetStays) {
  ASSERT_TRUE(alter({{producer_byte_rate, 1000}, {consumer_byte_rate, 2000}}));
  ASSERT_TRUE(alter({{consumer_byte_rate, std::nullopt}}));
  const QuotaValues expected{{producer_byte_rate, 1000}};
  EXPECT_EQ(store.table().values(kAlice), expected);
  broker.restart();
  EXPECT_EQ(QuotaStore::load(*broker)->table().values(kAlice), expected);
}

TEST_F(QuotaStoreTest, TheLastValueTakesItsEntryAlong) {
  ASSERT_TRUE(alter({{producer_byte_rate, 1000}}));
  ASSERT_TRUE(alter({{producer_byte_rate, std::nullopt}}));
  EXPECT_TRUE(store.table().is_empty());
  EXPECT_TRUE(broker->metadata("quota/").empty());
}

TEST_F(QuotaStoreTest, WhatCannotBeReadIsNotPassedOver) {
  broker::MetadataChange change{.entries = {{"quota/x", Bytes(3)}}, .apply = [] {}};
  ASSERT_TRUE(broker.run(broker->put_metadata(std::move(change))));
  EXPECT_EQ(QuotaStore::load(*broker).error().code(), ErrorCode::corrupt);
}

}  // namespace
}  // namespace tarn::access
