#include "services/access/acl.h"

#include <gtest/gtest.h>

namespace tarn::access {
namespace {

AclBinding binding() {
  return {.type = ResourceType::topic,
          .pattern = PatternType::prefixed,
          .name = "orders-",
          .principal = "User:alice",
          .host = "10.0.0.1",
          .operation = Operation::read,
          .permission = Permission::allow};
}

TEST(Acl, IsReadAsItWasWritten) {
  EXPECT_EQ(*decode_binding(encode_binding(binding())), binding());
  const Bytes bytes = encode_binding(binding());
  for (size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(decode_binding(BytesView(bytes).first(length))) << length;
  }
}

TEST(Acl, WhatCannotBeIsRefused) {
  ASSERT_TRUE(check_binding(binding()));
  const auto refused = [](auto change) {
    AclBinding bad = binding();
    change(bad);
    return !check_binding(bad);
  };
  EXPECT_TRUE(refused([](AclBinding& bad) { bad.type = ResourceType::any; }));
  EXPECT_TRUE(refused([](AclBinding& bad) { bad.type = static_cast<ResourceType>(8); }));
  EXPECT_TRUE(refused([](AclBinding& bad) { bad.pattern = PatternType::match; }));
  EXPECT_TRUE(refused([](AclBinding& bad) { bad.operation = Operation::any; }));
  EXPECT_TRUE(refused([](AclBinding& bad) { bad.permission = Permission::any; }));
  EXPECT_TRUE(refused([](AclBinding& bad) { bad.name = ""; }));
  EXPECT_TRUE(refused([](AclBinding& bad) { bad.type = ResourceType::cluster; }));
  EXPECT_TRUE(refused([](AclBinding& bad) { bad.principal = "alice"; }));
  EXPECT_TRUE(refused([](AclBinding& bad) { bad.principal = "User:"; }));
  EXPECT_TRUE(refused([](AclBinding& bad) { bad.host = ""; }));
}

TEST(Acl, FiltersMatchByPattern) {
  EXPECT_TRUE(AclFilter{}.matches(binding()));
  EXPECT_TRUE(AclFilter{.name = "orders-"}.matches(binding()));
  EXPECT_FALSE(AclFilter{.name = "orders-1"}.matches(binding()));
  EXPECT_TRUE((AclFilter{.pattern = PatternType::match, .name = "orders-1"}).matches(binding()));
  EXPECT_FALSE((AclFilter{.pattern = PatternType::match, .name = "other"}).matches(binding()));
  EXPECT_FALSE((AclFilter{.pattern = PatternType::literal, .name = "orders-"}).matches(binding()));
  EXPECT_FALSE(AclFilter{.principal = "User:bob"}.matches(binding()));
  EXPECT_FALSE(AclFilter{.permission = Permission::deny}.matches(binding()));
}

}  // namespace
}  // namespace tarn::access
