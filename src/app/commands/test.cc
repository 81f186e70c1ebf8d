#include <algorithm>
#include <filesystem>

#include "app/command.h"
#include "app/exit_code.h"
#include "app/pipeline_test_run.h"
#include "app/project.h"
#include "platform/os/file_system.h"

namespace tarn::app {
namespace {

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

// What went wrong, a line each; none: passed.
std::vector<std::string> run_one(const Project& project, const std::string& file,
                                 std::string& name) {
  os::PosixFileSystem files;
  auto content = os::read_file(files, file);
  if (!content) return {content.error().message()};
  auto test = pipeline::parse_test_case(as_text(*content));
  if (!test) {
    std::vector<std::string> lines;
    for (const auto& problem : test.error()) lines.push_back(pipeline::to_string(problem, file));
    return lines;
  }
  if (!test->name.empty()) name = test->name;
  auto directory = std::filesystem::absolute(file).parent_path().string();
  PipelineTestRun run(project, *std::move(test), directory);
  auto failures = run.run();
  if (!failures) return {failures.error().message()};
  return *std::move(failures);
}

int run_test(const Arguments& arguments, Terminal& terminal) {
  auto project = load_project(arguments, terminal);
  if (!project) return project.error();
  size_t passed = 0;
  size_t failed = 0;
  for (const std::string& file : find_tests(*project, arguments)) {
    std::string name = std::filesystem::path(file).filename().string();
    auto failures = run_one(*project, file, name);
    failures.empty() ? ++passed : ++failed;
    terminal.line(failures.empty() ? terminal.styled(Style::good, "ok  ") + "  " + name
                                   : terminal.styled(Style::bad, "FAIL") + "  " + name);
    for (const std::string& failure : failures) terminal.line("      " + failure);
  }
  terminal.line(std::to_string(passed) + " passed, " + std::to_string(failed) + " failed");
  return failed == 0 ? kExitOk : kExitFailed;
}

}  // namespace

Command test_command() {
  return {.name = "test",
          .summary = "runs the tests beside the pipeline (tests/*.yaml)",
          .details =
              "Each runs the whole pipeline in a folder of its own: recorded pages in, records, "
              "rows, files and\nstates out, while time stands still. Nothing outside is called.",
          .examples = {"tarn test", "tarn test tests/quota.yaml"},
          .options = project_options(),
          .positionals = {{.name = "FILE",
                           .doc = "tests to run (default: all in tests/)",
                           .required = false,
                           .repeats = true}},
          .run = run_test};
}

}  // namespace tarn::app
