#include "services/access/acl_store.h"

#include <gtest/gtest.h>

#include "services/broker/testing/test_broker.h"

namespace tarn::access {
namespace {

using enum Verdict;

AclBinding line(const std::string& topic, Permission permission = Permission::allow) {
  return {.name = topic,
          .principal = "User:alice",
          .host = "*",
          .operation = Operation::read,
          .permission = permission};
}

struct AclStoreTest : ::testing::Test {
  broker::testing::TestBroker broker;

  AclStore load(const std::vector<AclBinding>& configured = {}) {
    auto store = AclStore::load(*broker, {}, configured);
    EXPECT_TRUE(store);
    return *std::move(store);
  }
  static Verdict read(const AclStore& store, const std::string& topic) {
    return store.list().judge({.principal = "User:alice"}, Operation::read,
                              {ResourceType::topic, topic});
  }
};

TEST_F(AclStoreTest, WhatIsAddedIsInEffectAndStays) {
  AclStore store = load();
  ASSERT_TRUE(broker.run(store.add({line("orders"), line("others")})));
  EXPECT_EQ(read(store, "orders"), allowed);
  ASSERT_TRUE(broker.run(store.remove({line("others")})));
  EXPECT_EQ(read(store, "others"), denied);
  broker.restart();
  const AclStore later = load();
  EXPECT_EQ(later.list().find({}), std::vector{line("orders")});
}

TEST_F(AclStoreTest, LinesOfThePipelineAreNeitherStoredNorRemoved) {
  AclStore store = load({line("orders")});
  EXPECT_TRUE(store.is_configured(line("orders")));
  ASSERT_TRUE(broker.run(store.add({line("orders")})));
  ASSERT_TRUE(broker.run(store.remove({line("orders")})));
  EXPECT_EQ(read(store, "orders"), allowed);
  EXPECT_TRUE(broker->metadata("acl/").empty());
  EXPECT_EQ(read(load(), "orders"), denied);
}

TEST_F(AclStoreTest, WhatCannotBeReadIsNotPassedOver) {
  broker::MetadataChange change{.entries = {{"acl/x", Bytes(3)}}, .apply = [] {}};
  ASSERT_TRUE(broker.run(broker->put_metadata(std::move(change))));
  const auto store = AclStore::load(*broker, {}, {});
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code(), ErrorCode::corrupt);
}

TEST_F(AclStoreTest, AWrongLineOfThePipelineIsRefused) {
  EXPECT_FALSE(AclStore::load(*broker, {}, {AclBinding{.name = "orders"}}));
}

}  // namespace
}  // namespace tarn::access
