#include "services/access/acl_list.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace tarn::access {
namespace {

using enum Verdict;

struct Acls : ::testing::Test {
  AclList list{{.super_users = {"User:root"}}};
  const Caller alice{"User:alice", "10.0.0.1"};

  void add(Permission permission, Operation operation, const std::string& name,
           PatternType pattern = PatternType::literal, const std::string& principal = "User:alice",
           const std::string& host = "*") {
    list.add({.pattern = pattern,
              .name = name,
              .principal = principal,
              .host = host,
              .operation = operation,
              .permission = permission});
  }
  Verdict judge(Operation operation, const std::string& topic) {
    return list.judge(alice, operation, {ResourceType::topic, topic});
  }
};

TEST_F(Acls, WhatNoLineAllowsIsDenied) {
  EXPECT_EQ(judge(Operation::read, "orders"), denied);
  add(Permission::allow, Operation::read, "orders");
  EXPECT_EQ(judge(Operation::read, "orders"), allowed);
  EXPECT_EQ(judge(Operation::write, "orders"), denied);
  EXPECT_EQ(judge(Operation::read, "others"), denied);
  EXPECT_EQ(list.judge({"User:bob", "10.0.0.1"}, Operation::read, {ResourceType::topic, "orders"}),
            denied);
  EXPECT_EQ(list.judge(alice, Operation::read, {ResourceType::group, "orders"}), denied);
}

TEST_F(Acls, DenyComesFirst) {
  add(Permission::allow, Operation::all, "*");
  add(Permission::deny, Operation::write, "pay", PatternType::prefixed, "User:*");
  EXPECT_EQ(judge(Operation::write, "orders"), allowed);
  EXPECT_EQ(judge(Operation::write, "payments"), denied);
  EXPECT_EQ(judge(Operation::read, "payments"), allowed);
  EXPECT_EQ(judge(Operation::describe, "payments"), allowed) << "denying write denies no more";
}

TEST_F(Acls, PrefixesAndWildcards) {
  add(Permission::allow, Operation::read, "orders-", PatternType::prefixed);
  EXPECT_EQ(judge(Operation::read, "orders-1"), allowed);
  EXPECT_EQ(judge(Operation::read, "orders"), denied);
  add(Permission::allow, Operation::read, "*", PatternType::literal, "User:*", "10.0.0.9");
  EXPECT_EQ(judge(Operation::read, "other"), denied) << "from another host";
}

TEST_F(Acls, SomeOperationsImplyOthers) {
  for (const Operation operation :
       {Operation::read, Operation::write, Operation::remove, Operation::alter}) {
    AclList own;
    own.add({.name = "t", .principal = "User:alice", .host = "*", .operation = operation});
    EXPECT_EQ(own.judge(alice, Operation::describe, {ResourceType::topic, "t"}), allowed);
    EXPECT_EQ(own.judge(alice, Operation::describe_configs, {ResourceType::topic, "t"}), denied);
  }
  add(Permission::allow, Operation::alter_configs, "t");
  EXPECT_EQ(judge(Operation::describe_configs, "t"), allowed);
  EXPECT_EQ(judge(Operation::describe, "t"), denied);
}

TEST_F(Acls, SuperUsersMayDoEverything) {
  add(Permission::deny, Operation::all, "*", PatternType::literal, "User:*");
  EXPECT_EQ(list.judge({"User:root", "x"}, Operation::alter, {ResourceType::topic, "t"}), allowed);
  EXPECT_EQ(list.judge_any({"User:root", "x"}, Operation::write, ResourceType::topic), allowed);
}

TEST_F(Acls, WhatIsNotListedMayBeOpen) {
  AclList open({.super_users = {}, .unlisted = AccessRules::Unlisted::allowed});
  EXPECT_EQ(open.judge(alice, Operation::read, {ResourceType::topic, "t"}), allowed);
  open.add({.name = "t", .principal = "User:bob", .host = "*", .operation = Operation::read});
  EXPECT_EQ(open.judge(alice, Operation::read, {ResourceType::topic, "t"}), denied);
  EXPECT_EQ(open.judge(alice, Operation::read, {ResourceType::topic, "u"}), allowed);
}

TEST_F(Acls, AnyResourceOfATypeIsOneThatIsNotDenied) {
  EXPECT_EQ(list.judge_any(alice, Operation::write, ResourceType::topic), denied);
  add(Permission::allow, Operation::write, "pay", PatternType::prefixed);
  EXPECT_EQ(list.judge_any(alice, Operation::write, ResourceType::topic), allowed);
  EXPECT_EQ(list.judge_any(alice, Operation::write, ResourceType::group), denied);
  add(Permission::deny, Operation::write, "pa", PatternType::prefixed);
  EXPECT_EQ(list.judge_any(alice, Operation::write, ResourceType::topic), denied);
  add(Permission::allow, Operation::write, "orders");
  EXPECT_EQ(list.judge_any(alice, Operation::write, ResourceType::topic), allowed);
  add(Permission::deny, Operation::write, "*");
  EXPECT_EQ(list.judge_any(alice, Operation::write, ResourceType::topic), denied);
}

// The verdict by looking at every line.
Verdict judge_plainly(const std::vector<AclBinding>& lines, const Caller& caller,
                      const Resource& resource) {
  bool is_allowed = false;
  for (const AclBinding& line : lines) {
    if (!line.covers(resource) || line.principal != caller.principal) continue;
    if (line.permission == Permission::deny) return denied;
    is_allowed = true;
  }
  return is_allowed ? allowed : denied;
}

TEST_F(Acls, FindsEveryLineAboutAResource) {
  Random random(11);
  const auto word = [&] {
    std::string made;
    for (uint64_t i = 1 + random.below(5); i > 0; --i) made += "ab-"[random.below(3)];
    return random.below(20) == 0 ? "*" : made;
  };
  for (int round = 0; round < 300; ++round) {
    list = AclList();
    for (uint64_t i = random.below(12); i > 0; --i) {
      add(random.below(3) == 0 ? Permission::deny : Permission::allow, Operation::read, word(),
          random.below(2) == 0 ? PatternType::literal : PatternType::prefixed);
    }
    const Resource topic{ResourceType::topic, word()};
    EXPECT_EQ(list.judge(alice, Operation::read, topic), judge_plainly(list.find({}), alice, topic))
        << "round " << round << " " << topic.name;
  }
}

TEST_F(Acls, AreFoundAndRemoved) {
  add(Permission::allow, Operation::read, "orders");
  add(Permission::allow, Operation::write, "orders");
  const auto found = list.find({.operation = Operation::write});
  ASSERT_EQ(found.size(), 1U);
  list.remove(found.front());
  EXPECT_EQ(list.size(), 1U);
  EXPECT_EQ(judge(Operation::write, "orders"), denied);
}

}  // namespace
}  // namespace tarn::access
