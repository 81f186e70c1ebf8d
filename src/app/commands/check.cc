#include <boost/json.hpp>

#include "app/command.h"
#include "app/exit_code.h"
#include "app/project.h"
#include "app/secrets.h"
#include "app/security_files.h"
#include "formats/pipeline/units.h"
#include "platform/os/clock.h"

namespace tarn::app {
namespace {

namespace json = boost::json;

json::object describe(const pipeline::Problem& problem) {
  json::object described{{"path", problem.path}, {"message", problem.message}};
  if (problem.at.line > 0) {
    described["line"] = problem.at.line;
    described["column"] = problem.at.column;
  }
  if (!problem.at.origin.empty()) described["origin"] = problem.at.origin;
  return described;
}

int show_problems(const std::vector<pipeline::Problem>& problems, const Arguments& arguments,
                  Terminal& terminal) {
  if (arguments.has("--json")) {
    json::array list;
    for (const auto& problem : problems) list.push_back(describe(problem));
    terminal.line(json::serialize(json::object{{"ok", false}, {"problems", std::move(list)}}));
    return kExitConfiguration;
  }
  for (const auto& problem : problems) terminal.note(pipeline::to_string(problem, "tarn.yaml"));
  return kExitConfiguration;
}

int64_t calls_in_month(const Quota& quota) {
  constexpr int64_t kSecondsPerMonth = 30 * 86'400;
  switch (quota.period) {
    case QuotaPeriod::second:
      return quota.calls * kSecondsPerMonth;
    case QuotaPeriod::minute:
      return quota.calls * kSecondsPerMonth / 60;
    case QuotaPeriod::hour:
      return quota.calls * kSecondsPerMonth / 3'600;
    case QuotaPeriod::day:
      return quota.calls * 30;
    case QuotaPeriod::month:
      return quota.calls;
  }
  return quota.calls;
}

// "every 15s wants 172800 calls a month; quota 500/month: a call every 86m24s at most".
std::string describe_rate(const pipeline::Source& source) {
  if (!source.every) return source.name + ": by cron " + source.cron->text;
  constexpr int64_t kMillisPerMonth = 30LL * 86'400'000;
  std::string text = source.name + ": every " + pipeline::format_duration(*source.every);
  int64_t wanted = kMillisPerMonth / source.every->count();
  if (!source.quota) return text + ", " + std::to_string(wanted) + " polls in 30 days";
  int64_t allowed = std::max<int64_t>(1, calls_in_month(*source.quota));
  Millis spread(kMillisPerMonth / allowed);
  if (spread <= *source.every) return text + ", within " + source.quota->to_string();
  auto seconds = std::chrono::floor<std::chrono::seconds>(spread);
  return text + ", stretched to " + pipeline::format_duration(seconds) + " by " +
         source.quota->to_string() + " (" + std::to_string(allowed) + " calls in 30 days)";
}

int run_check(const Arguments& arguments, Terminal& terminal) {
  auto project = read_project(arguments.value_or("DIR", "."), arguments);
  if (!project) return show_problems(project.error(), arguments, terminal);
  if (!project->has_file) {
    return show_problems(
        {{.at = {}, .path = "", .message = "there is no such file in " + project->directory}},
        arguments, terminal);
  }
  const auto files =
      check_security_files(project->pipeline.security, project->directory, os::SystemClock().now());
  if (!files.problems.empty()) return show_problems(files.problems, arguments, terminal);
  if (!arguments.has("--offline")) {
    if (auto secrets = find_secrets(project->pipeline, project->directory); !secrets) {
      return show_problems({{.at = {}, .path = "", .message = secrets.error().message()}},
                           arguments, terminal);
    }
  }
  const auto& pipeline = project->pipeline;
  if (arguments.has("--json")) {
    json::object answer{{"ok", true}, {"problems", json::array()}};
    if (!files.warnings.empty()) answer["warnings"] = json::value_from(files.warnings);
    terminal.line(json::serialize(answer));
    return kExitOk;
  }
  for (const std::string& warning : files.warnings) terminal.note("warning: " + warning);
  for (const auto& [name, source] : pipeline.sources)
    terminal.line("source " + describe_rate(source));
  terminal.line(pipeline.name + ": " + std::to_string(pipeline.sources.size()) + " sources, " +
                std::to_string(pipeline.tables.size()) + " tables, " +
                std::to_string(pipeline.api.size()) + " endpoints: nothing is wrong");
  write_editor_schema(*project);
  return kExitOk;
}

}  // namespace

Command check_command() {
  return {.name = "check",
          .summary = "finds all mistakes in tarn.yaml",
          .details =
              "Three layers: the file (keys, types, units), the graph (names that refer to "
              "each other),\nand the world (secrets), which --offline leaves out. Exit code 78 "
              "when something is wrong.",
          .examples = {"tarn check", "tarn check --offline --env prod", "tarn check --json"},
          .options = {{.name = "--offline", .value = "", .doc = "does not look for secrets"},
                      {.name = "--env", .value = "NAME", .doc = "an environment of tarn.yaml"},
                      {.name = "--set",
                       .value = "KEY=VALUE",
                       .doc = "another value for a key of the file",
                       .repeats = true},
                      {.name = "--json", .value = "", .doc = "prints a JSON object"}},
          .positionals = {{.name = "DIR", .doc = "the folder of tarn.yaml", .required = false}},
          .run = run_check};
}

}  // namespace tarn::app
