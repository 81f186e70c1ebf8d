#include <boost/json.hpp>

#include "app/admin_command.h"

namespace tarn::app {
namespace {

int run_list(const Arguments& arguments, Terminal& terminal) {
  return with_admin(arguments, terminal, [&](Admin& admin) -> Status {
    auto answer = TRY(admin.ask_json(http::Method::get, admin_target("sources")));
    if (admin.is_local()) terminal.note("No instance runs; this is how the sources were left:");
    return show_list(
        arguments, terminal, answer, "sources",
        {"name", "topic", "state", "records", "calls", "calls_left", "next_call", "reason"});
  });
}

int run_describe(const Arguments& arguments, Terminal& terminal) {
  return with_admin(arguments, terminal, [&](Admin& admin) -> Status {
    auto target = admin_target("sources", arguments.value_or("SOURCE", ""));
    return show_object(arguments, terminal, TRY(admin.ask_json(http::Method::get, target)));
  });
}

constexpr char kPause[] = "pause";
constexpr char kResume[] = "resume";
constexpr char kPoll[] = "poll";

template <const char* kAction>
int run_action(const Arguments& arguments, Terminal& terminal) {
  return with_admin(arguments, terminal, [&](Admin& admin) -> Status {
    auto target = admin_target("sources", arguments.value_or("SOURCE", ""), kAction);
    if (std::string_view(kAction) == kPoll) TRY(need_running(admin, "poll"));
    auto answer = TRY(admin.ask_json(http::Method::post, target));
    if (arguments.has("--json")) return show_object(arguments, terminal, answer);
    terminal.line(cell(answer, "name") + ": " + cell(answer, "state"));
    return {};
  });
}

int run_logs(const Arguments& arguments, Terminal& terminal) {
  return with_admin(arguments, terminal, [&](Admin& admin) -> Status {
    auto target = admin_target("sources", arguments.value_or("SOURCE", ""), "logs");
    if (auto limit = TRY(arguments.find_integer("--last"))) {
      target += "?limit=" + std::to_string(*limit);
    }
    auto answer = TRY(admin.ask_json(http::Method::get, target));
    if (arguments.has("--json")) return show_object(arguments, terminal, answer);
    for (const auto& line : answer.at("lines").as_array()) {
      terminal.line(cell(line, "time") + "  " + cell(line, "text"));
    }
    return {};
  });
}

Command on_one(std::string name, std::string summary, int (*run)(const Arguments&, Terminal&),
               std::vector<Option> options = {}) {
  return {.name = std::move(name),
          .summary = std::move(summary),
          .options = admin_options(std::move(options)),
          .positionals = {{.name = "SOURCE", .doc = "the name of the source"}},
          .run = run};
}

}  // namespace

Command source_command() {
  return {
      .name = "source",
      .summary = "lists and describes sources; pauses, resumes and polls them",
      .subcommands = {{.name = "list",
                       .summary = "lists sources with their state",
                       .options = admin_options(),
                       .run = run_list},
                      on_one("describe", "shows all that is known of a source", run_describe),
                      on_one("pause", "stops polling; lasts across restarts", run_action<kPause>),
                      on_one("resume", "goes on polling", run_action<kResume>),
                      on_one("poll", "polls now; a quota holds all the same", run_action<kPoll>),
                      on_one("logs", "shows what a source did", run_logs,
                             {{.name = "--last", .value = "N", .doc = "lines at most (100)"}})}};
}

}  // namespace tarn::app
