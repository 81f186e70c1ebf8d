#include "app/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

int run_nothing(const Arguments&, Terminal&) {
  return 0;
}

class CompletionOfALine : public testing::Test {
 protected:
  Completion completion(std::vector<std::string> words) {
    return complete(commands_, words, [this](const std::string& what, const Arguments& typed) {
      asked_data_ = typed.value_or("--data", "");
      return what == "TOPIC" ? std::vector<std::string>{"orders", "other"}
                             : std::vector<std::string>();
    });
  }
  std::vector<std::string> words_after(std::vector<std::string> words) {
    std::vector<std::string> found;
    for (const auto& candidate : completion(std::move(words)).candidates) {
      found.push_back(candidate.word);
    }
    return found;
  }

  std::string asked_data_;
  std::vector<Command> commands_ = {
      {.name = "topic",
       .summary = "topics",
       .subcommands = {{.name = "read",
                        .summary = "reads",
                        .options = {{.name = "--data", .value = "DIR", .doc = "a folder"},
                                    {.name = "--format",
                                     .value = "FORMAT",
                                     .doc = "a format",
                                     .choices = {"csv", "json"}},
                                    {.name = "--set", .value = "K=V", .doc = "", .repeats = true},
                                    {.name = "--json", .value = "", .doc = "JSON"}},
                        .positionals = {{.name = "TOPIC", .doc = "a topic"}},
                        .run = run_nothing}}},
      {.name = "test",
       .summary = "tests",
       .positionals = {{.name = "FILE", .doc = "", .required = false, .repeats = true}},
       .run = run_nothing},
      {.name = "secret", .summary = "for programs", .run = run_nothing, .is_hidden = true}};
};

TEST_F(CompletionOfALine, OffersCommandsButNotTheHiddenOnes) {
  EXPECT_THAT(words_after({""}), ElementsAre("topic", "test"));
  EXPECT_THAT(words_after({"to"}), ElementsAre("topic"));
  EXPECT_THAT(words_after({"topic", ""}), ElementsAre("read"));
  EXPECT_THAT(words_after({"help", "t"}), ElementsAre("topic", "test"));
}

TEST_F(CompletionOfALine, OffersOptionsThatAreNotThereYet) {
  EXPECT_THAT(words_after({"topic", "read", "--set", "a=b", "--json", "--"}),
              ElementsAre("--data", "--format", "--set", "--help"));
  EXPECT_THAT(words_after({"topic", "read", "orders", ""}),
              ElementsAre("--data", "--format", "--set", "--json", "--help"));
}

TEST_F(CompletionOfALine, OffersTheChoicesOfAnOption) {
  EXPECT_THAT(words_after({"topic", "read", "--format", ""}), ElementsAre("csv", "json"));
  EXPECT_THAT(words_after({"topic", "read", "--format=j"}), ElementsAre("--format=json"));
  EXPECT_THAT(words_after({"topic", "read", "--format", "=", "j"}), ElementsAre("json"));
  EXPECT_THAT(words_after({"topic", "read", "--format", "="}), ElementsAre("csv", "json"));
}

TEST_F(CompletionOfALine, OffersNamesOfTheInstanceThatTheOptionsSpeakOf) {
  EXPECT_THAT(words_after({"topic", "read", "--data", "there", "or"}), ElementsAre("orders"));
  EXPECT_EQ(asked_data_, "there");
  EXPECT_THAT(words_after({"topic", "read", "--json", "--", ""}), ElementsAre("orders", "other"));
}

TEST_F(CompletionOfALine, LeavesPathsToTheShell) {
  EXPECT_EQ(completion({"topic", "read", "--data", ""}).paths, Completion::Paths::directories);
  EXPECT_EQ(completion({"test", "a.yaml", ""}).paths, Completion::Paths::files);
}

TEST_F(CompletionOfALine, OffersNothingBehindAMistake) {
  EXPECT_THAT(words_after({"topic", "read", "orders", "x", "y"}), IsEmpty());
  EXPECT_THAT(words_after({"topic", "read", "--nonsense=x"}), IsEmpty());
}

}  // namespace
}  // namespace tarn::app
