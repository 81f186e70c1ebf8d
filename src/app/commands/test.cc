#include <algorithm>
#include <filesystem>

#include <boost/json.hpp>

#include "app/admin_command.h"
#include "app/exit_code.h"
#include "app/pipeline_test_run.h"
#include "app/project.h"
#include "platform/os/file_system.h"

namespace tarn::app {
namespace {

namespace json = boost::json;

// tests/*.yaml, or the files that were named.
std::vector<std::string> find_tests(const Project& project, const Arguments& arguments) {
  std::vector<std::string> files = arguments.all("FILE");
  std::error_code error;
  std::filesystem::directory_iterator entries(project.directory + "/tests", error);
  if (!files.empty() || error) return files;
  for (const auto& entry : entries) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path().string());
  }
  std::ranges::sort(files);
  return files;
}

struct Outcome {
  std::string name;
  std::vector<std::string> failures = {};  // what went wrong, each a line or more; none: passed
  std::vector<std::string> recorded = {};
};

Outcome run_one(const Project& project, const std::string& file, PipelineTestRun::Files expected) {
  Outcome outcome{.name = std::filesystem::path(file).filename().string()};
  std::error_code unreadable;
  if (std::filesystem::is_directory(file, unreadable)) {
    outcome.failures.push_back(file +
                               " is a folder; a project is named by --dir, a test by its file");
    return outcome;
  }
  os::PosixFileSystem files;
  auto content = os::read_file(files, file);
  if (!content) {
    outcome.failures.push_back(content.error().message());
    return outcome;
  }
  auto test = pipeline::parse_test_case(as_text(*content));
  if (!test) {
    for (const auto& problem : test.error()) {
      outcome.failures.push_back(pipeline::to_string(problem, file));
    }
    return outcome;
  }
  if (!test->name.empty()) outcome.name = test->name;
  auto directory = std::filesystem::absolute(file).parent_path().string();
  PipelineTestRun run(project, *std::move(test), directory, expected);
  auto failures = run.run();
  outcome.failures = failures ? *std::move(failures) : std::vector{failures.error().message()};
  outcome.recorded = run.recorded();
  return outcome;
}

void show(const Outcome& outcome, Terminal& terminal) {
  bool is_good = outcome.failures.empty();
  terminal.line(terminal.styled(is_good ? Style::good : Style::bad, is_good ? "ok  " : "FAIL") +
                "  " + outcome.name);
  for (const std::string& failure : outcome.failures) terminal.line("      " + failure);
  for (const std::string& file : outcome.recorded) terminal.line("      " + file);
}

int conclude(const std::vector<Outcome>& outcomes, const Arguments& arguments, Terminal& terminal) {
  auto passed = std::ranges::count_if(
      outcomes, [](const Outcome& outcome) { return outcome.failures.empty(); });
  auto failed = std::ssize(outcomes) - passed;
  if (arguments.has("--json")) {
    json::array tests;
    for (const Outcome& outcome : outcomes) {
      tests.push_back({{"name", outcome.name},
                       {"ok", outcome.failures.empty()},
                       {"failures", json::value_from(outcome.failures)},
                       {"recorded", json::value_from(outcome.recorded)}});
    }
    terminal.line(json::serialize(
        json::object{{"passed", passed}, {"failed", failed}, {"tests", std::move(tests)}}));
  } else if (outcomes.empty()) {
    terminal.line("no tests: they are the files tests/*.yaml of the project");
  } else {
    terminal.line(std::to_string(passed) + " passed, " + std::to_string(failed) + " failed");
  }
  return failed == 0 ? kExitOk : kExitFailed;
}

int run_test(const Arguments& arguments, Terminal& terminal) {
  auto project = load_project(arguments, terminal);
  if (!project) return project.error();
  auto expected = arguments.has("--record") ? PipelineTestRun::Files::recorded
                                            : PipelineTestRun::Files::compared;
  std::vector<Outcome> outcomes;
  for (const std::string& file : find_tests(*project, arguments)) {
    Outcome outcome = run_one(*project, file, expected);
    if (!arguments.has("--json")) show(outcome, terminal);
    outcomes.push_back(std::move(outcome));
  }
  return conclude(outcomes, arguments, terminal);
}

}  // namespace

Command test_command() {
  return {.name = "test",
          .summary = "runs the tests beside the pipeline (tests/*.yaml)",
          .details =
              "Each runs the whole pipeline in a folder of its own: recorded pages in, records, "
              "rows, files and\nstates out, while time stands still. Nothing outside is called.",
          .examples = {"tarn test", "tarn test tests/quota.yaml", "tarn test --record"},
          .options = admin_options(
              {{.name = "--record",
                .value = "",
                .doc = "writes the files of expected rows from what comes out; shows how they "
                       "differ"}}),
          .positionals = {{.name = "FILE",
                           .doc = "tests to run (default: all in tests/)",
                           .required = false,
                           .repeats = true}},
          .run = run_test};
}

}  // namespace tarn::app
