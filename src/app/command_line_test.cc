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

TEST_F(CommandLine, TheLastArgumentMayRepeat) {
  auto parsed = parse({"pour", "tea", "milk", "--json", "sugar"});
  ASSERT_TRUE(parsed);
  EXPECT_THAT(parsed->arguments.all("MORE"), testing::ElementsAre("milk", "sugar"));
}

TEST_F(CommandLine, SubcommandsHaveAPath) {
  EXPECT_EQ(parse({"topic", "list"})->path, "tarn topic list");
}

TEST_F(CommandLine, MistakesSuggestWhatWasMeant) {
  EXPECT_THAT(complaint({"puor"}), HasSubstr("did you mean 'pour'?"));
  EXPECT_THAT(complaint({"topic", "lst"}), HasSubstr("did you mean 'list'?"));
  EXPECT_THAT(complaint({"pour", "tea", "--itno", "cup"}), HasSubstr("did you mean '--into'?"));
}

TEST_F(CommandLine, AnArgumentMayBeNamedAsACommand) {
  EXPECT_EQ(parse({"pour", "topic", "list"})->arguments.find("WHAT"), "topic");
  EXPECT_EQ(parse({"pour", "pour"})->arguments.find("WHAT"), "pour");
}

TEST_F(CommandLine, AValueMayLookLikeAnOption) {
  EXPECT_EQ(parse({"pour", "-5", "--set", "--json"})->arguments.find("--set"), "--json");
  EXPECT_EQ(parse({"pour", "-5"})->arguments.find("WHAT"), "-5");
}

TEST_F(CommandLine, AListInBracketsIsOneValue) {
  EXPECT_THAT(parse({"pour", "tea", "--set", "[a,b]"})->arguments.all("--set"),
              testing::ElementsAre("[a,b]"));
  EXPECT_EQ(parse({"pour", "[1,2]"})->arguments.find("WHAT"), "[1,2]");
}

TEST_F(CommandLine, MistakesNameTheOption) {
  EXPECT_THAT(complaint({"pour"}), HasSubstr("WHAT is missing: a drink"));
  EXPECT_THAT(complaint({"pour", "tea", "--into"}), HasSubstr("--into: 1 required WHERE missing"));
  EXPECT_THAT(complaint({"pour", "tea", "--into", "shoe"}), HasSubstr("none of cup, bowl"));
  EXPECT_THAT(complaint({"pour", "tea", "--into", "bolw"}), HasSubstr("did you mean 'bowl'?"));
  EXPECT_THAT(complaint({"pour", "tea", "--json=1"}), HasSubstr("--json: takes no value"));
  EXPECT_THAT(complaint({"pour", "tea", "--json", "--json"}), HasSubstr("--json: "));
  EXPECT_THAT(complaint({"topic", "list", "more"}), HasSubstr("'more' is one word too many"));
}

TEST_F(CommandLine, MistakesSayWhereHelpIs) {
  EXPECT_THAT(complaint({"pour"}), HasSubstr("Try 'tarn pour --help'."));
  EXPECT_THAT(complaint({"topic", "lst", "x"}), HasSubstr("Try 'tarn topic --help'."));
  EXPECT_THAT(complaint({"--jsn", "pour", "tea"}), HasSubstr("Try 'tarn --help'."));
}

TEST_F(CommandLine, MistakesHaveTheCodeOfUsage) {
  EXPECT_EQ(parse({"puor"}).error().exit_code, 2);
  EXPECT_EQ(parse({}).error().exit_code, 2);
  EXPECT_EQ(parse({"topic"}).error().exit_code, 2);
  EXPECT_EQ(parse({"pour", "--help"}).error().exit_code, 0);
}

TEST_F(CommandLine, HelpTeachesAtEveryLevel) {
  EXPECT_THAT(complaint({"pour", "--help"}), HasSubstr("Examples:\n  tarn pour cup --into bowl"));
  EXPECT_THAT(complaint({"pour", "-h"}), HasSubstr("Usage: tarn pour [OPTIONS] WHAT [MORE...]"));
  EXPECT_THAT(complaint({"topic", "--help"}), HasSubstr("Usage: tarn topic [OPTIONS] COMMAND"));
  EXPECT_THAT(complaint({"--help"}), HasSubstr("Usage: tarn [OPTIONS] COMMAND"));
  EXPECT_EQ(complaint({"help", "topic", "list"}), complaint({"topic", "list", "--help"}));
  EXPECT_EQ(complaint({"help"}), complaint({"--help"}));
}

// Every level of the real program.
void expect_help(const Command& command, std::vector<std::string> path) {
  EXPECT_FALSE(command.summary.empty()) << command.name;
  EXPECT_NE(command.run == nullptr, command.subcommands.empty()) << command.name;
  std::vector<std::string> words = path;
  words.emplace_back("--help");
  auto help = parse_command_line(all_commands(), words);
  ASSERT_FALSE(help);
  EXPECT_EQ(help.error().exit_code, 0);
  EXPECT_THAT(help.error().text, HasSubstr(command.summary));
  for (const Command& below : command.subcommands) {
    path.push_back(below.name);
    expect_help(below, path);
    path.pop_back();
  }
}

TEST(AllCommands, HaveSummariesAndAreRunnable) {
  for (const Command& command : all_commands()) expect_help(command, {command.name});
}

}  // namespace
}  // namespace tarn::app
