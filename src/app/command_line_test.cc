#include "app/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::app {
namespace {

using testing::HasSubstr;

int run_nothing(const Arguments&, Terminal&) {
  return 0;
}

class CommandLine : public testing::Test {
 protected:
  std::expected<Invocation, Refused> parse(std::vector<std::string> words) {
    return parse_command_line(commands_, words);
  }
  std::string complaint(std::vector<std::string> words) {
    auto parsed = parse(std::move(words));
    return parsed ? "none" : parsed.error().text;
  }

  std::vector<Command> commands_ = {
      {.name = "pour",
       .summary = "pours",
       .examples = {"tarn pour cup --into bowl"},
       .options =
           {{.name = "--into", .value = "WHERE", .doc = "a vessel", .choices = {"cup", "bowl"}},
            {.name = "--set", .value = "K=V", .doc = "a value", .repeats = true},
            {.name = "--json", .value = "", .doc = "prints JSON"}},
       .positionals = {{.name = "WHAT", .doc = "a drink"},
                       {.name = "MORE", .doc = "more", .required = false, .repeats = true}},
       .run = run_nothing},
      {.name = "topic",
       .summary = "topics",
       .subcommands = {{.name = "list", .summary = "lists", .run = run_nothing}}}};
};

TEST_F(CommandLine, ReadsOptionsInBothForms) {
  auto parsed = parse({"pour", "tea", "--into=cup", "--set", "a=1", "--set=b=2", "--json"});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->arguments.find("WHAT"), "tea");
  EXPECT_EQ(parsed->arguments.find("--into"), "cup");
  EXPECT_THAT(parsed->arguments.all("--set"), testing::ElementsAre("a=1", "b=2"));
  EXPECT_TRUE(parsed->arguments.has("--json"));
}

TEST_F(CommandLine, WhatFollowsTwoDashesIsNoOption) {
  auto parsed = parse({"pour", "tea", "--", "--json"});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->arguments.find("MORE"), "--json");
}

TEST_F(CommandLine, SubcommandsHaveAPath) {
  EXPECT_EQ(parse({"topic", "list"})->path, "tarn topic list");
}

TEST_F(CommandLine, MistakesSuggestWhatWasMeant) {
  EXPECT_THAT(complaint({"puor"}), HasSubstr("did you mean 'pour'?"));
  EXPECT_THAT(complaint({"topic", "lst"}), HasSubstr("did you mean 'list'?"));
  EXPECT_THAT(complaint({"pour", "tea", "--itno", "cup"}), HasSubstr("did you mean '--into'?"));
}

TEST_F(CommandLine, MistakesNameTheOption) {
  EXPECT_THAT(complaint({"pour"}), HasSubstr("WHAT is missing"));
  EXPECT_THAT(complaint({"pour", "tea", "--into"}), HasSubstr("needs a value"));
  EXPECT_THAT(complaint({"pour", "tea", "--into", "shoe"}), HasSubstr("one of cup, bowl"));
  EXPECT_THAT(complaint({"pour", "tea", "--json=1"}), HasSubstr("takes no value"));
  EXPECT_THAT(complaint({"pour", "tea", "--json", "--json"}), HasSubstr("twice"));
}

TEST_F(CommandLine, MistakesHaveTheCodeOfUsage) {
  EXPECT_EQ(parse({"puor"}).error().exit_code, 2);
  EXPECT_EQ(parse({}).error().exit_code, 2);
  EXPECT_EQ(parse({"pour", "--help"}).error().exit_code, 0);
}

TEST_F(CommandLine, HelpTeaches) {
  EXPECT_THAT(complaint({"pour", "--help"}), HasSubstr("Examples:\n  tarn pour cup --into bowl"));
  EXPECT_THAT(complaint({"--help"}), HasSubstr("Usage: tarn COMMAND"));
}

TEST(AllCommands, HaveSummariesAndAreRunnable) {
  for (const Command& command : all_commands()) {
    EXPECT_FALSE(command.summary.empty()) << command.name;
    EXPECT_NE(command.run == nullptr, command.subcommands.empty()) << command.name;
    EXPECT_THAT(help_text(command, "tarn " + command.name), HasSubstr("Usage: tarn"));
  }
}

}  // namespace
}  // namespace tarn::app
