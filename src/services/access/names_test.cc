#include "services/access/names.h"

#include <gtest/gtest.h>

namespace tarn::access {
namespace {

TEST(Names, EveryKindHasAWordThatIsReadAgain) {
  for (int8_t i = 1; i <= static_cast<int8_t>(Operation::describe_tokens); ++i) {
    const auto operation = static_cast<Operation>(i);
    EXPECT_EQ(*parse_operation(to_string(operation)), operation);
  }
  for (int8_t i = 1; i <= static_cast<int8_t>(ResourceType::user); ++i) {
    const auto type = static_cast<ResourceType>(i);
    EXPECT_EQ(*parse_resource_type(to_string(type)), type);
  }
  for (int8_t i = 1; i <= static_cast<int8_t>(PatternType::prefixed); ++i) {
    EXPECT_EQ(*parse_pattern_type(to_string(static_cast<PatternType>(i))),
              static_cast<PatternType>(i));
  }
}

TEST(Names, TheWordsOfKafkasToolsAreTaken) {
  EXPECT_EQ(*parse_operation("DescribeConfigs"), Operation::describe_configs);
  EXPECT_EQ(*parse_operation("ALTER_CONFIGS"), Operation::alter_configs);
  EXPECT_EQ(*parse_resource_type("TRANSACTIONAL_ID"), ResourceType::transactional_id);
  EXPECT_EQ(*parse_permission("ALLOW"), Permission::allow);
}

TEST(Names, AnUnknownWordIsAnsweredWithTheKnownOnes) {
  const auto parsed = parse_operation("fly");
  ASSERT_FALSE(parsed);
  EXPECT_NE(parsed.error().message().find("'fly' is no operation; there are any, all, read"),
            std::string::npos);
}

TEST(Names, ALineIsASentence) {
  const AclBinding line{.pattern = PatternType::prefixed,
                        .name = "orders-",
                        .principal = "User:alice",
                        .host = "*",
                        .operation = Operation::read,
                        .permission = Permission::deny};
  EXPECT_EQ(to_string(line), "deny User:alice from * to read topic orders-…");
}

}  // namespace
}  // namespace tarn::access
