#include "app/access_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/pipeline/parse.h"
#include "services/access/names.h"

namespace tarn::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

pipeline::Security read(const std::string& text) {
  auto parsed = pipeline::parse("security:\n" + text, {});
  if (parsed) return parsed->security;
  for (const auto& problem : parsed.error()) {
    ADD_FAILURE() << pipeline::to_string(problem, "tarn.yaml");
  }
  return {};
}

std::string problem(const std::string& text) {
  auto parsed = pipeline::parse("security:\n" + text, {});
  return parsed ? "" : pipeline::to_string(parsed.error().front(), "tarn.yaml");
}

TEST(AccessOptions, WithoutAWordEverybodyMayDoEverything) {
  EXPECT_FALSE(access_options({}));
}

TEST(AccessOptions, LinesAreReadAsTheyAreSpoken) {
  const auto options =
      access_options(read("  authorization: acls\n"
                          "  super_users: [root]\n"
                          "  acls:\n"
                          "  - {allow: alice, to: [read, describe-configs], topic: orders}\n"
                          "  - {deny: \"*\", to: write, topic: \"pay-*\", from: 10.0.0.9}\n"
                          "  - {allow: bob, to: all, group: \"*\"}\n"
                          "  - {allow: bob, to: alter, cluster: true}\n"));
  ASSERT_TRUE(options);
  EXPECT_THAT(options->rules.super_users, ElementsAre("User:root"));
  std::vector<std::string> lines;
  for (const auto& line : options->lines) {
    EXPECT_TRUE(access::check_binding(line)) << to_string(line);
    lines.push_back(to_string(line));
  }
  EXPECT_THAT(lines, ElementsAre("allow User:alice from * to read topic orders",
                                 "allow User:alice from * to describe-configs topic orders",
                                 "deny User:* from 10.0.0.9 to write topic pay-…",
                                 "allow User:bob from * to all group *",
                                 "allow User:bob from * to alter cluster kafka-cluster"));
}

TEST(AccessOptions, ALineThatSaysTooLittleIsRefused) {
  const std::string on = "  authorization: acls\n  acls:\n";
  EXPECT_THAT(problem(on + "  - {to: read, topic: orders}\n"), HasSubstr("allow: or deny:"));
  EXPECT_THAT(problem(on + "  - {allow: alice, to: read}\n"), HasSubstr("one of topic:, group:"));
  EXPECT_THAT(problem(on + "  - {allow: alice, to: fly, topic: t}\n"), HasSubstr("fly"));
  EXPECT_THAT(problem("  acls: [{allow: alice, to: read, topic: t}]\n"),
              HasSubstr("authorization: acls"));
}

TEST(AccessOptions, ConnectionsAreBounded) {
  const auto limits = connection_limits(
      read("  connections: {max: 50, per_address: 5, addresses: {10.0.0.9: 20}}\n").connections);
  EXPECT_EQ(limits.max, 50U);
  EXPECT_EQ(limits.per_address_max, 5U);
  EXPECT_EQ(limits.addresses.at("10.0.0.9"), 20U);
}

}  // namespace
}  // namespace tarn::app
