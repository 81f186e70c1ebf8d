#include <boost/json.hpp>

#include "app/admin_command.h"

namespace tarn::app {
namespace {

int run_list(const Arguments& arguments, Terminal& terminal) {
  return with_admin(arguments, terminal, [&](Admin& admin) -> Status {
    auto answer = TRY(admin.ask_json(http::Method::get, admin_target("tables")));
    return show_list(arguments, terminal, answer, "tables",
                     {"name", "format", "state", "rows", "tail_rows", "files", "version",
                      "lag_records", "reason"});
  });
}

int run_describe(const Arguments& arguments, Terminal& terminal) {
  return with_admin(arguments, terminal, [&](Admin& admin) -> Status {
    auto target = admin_target("tables", arguments.value_or("TABLE", ""));
    return show_object(arguments, terminal, TRY(admin.ask_json(http::Method::get, target)));
  });
}

constexpr char kFlush[] = "flush";
constexpr char kPause[] = "pause";
constexpr char kResume[] = "resume";

template <const char* kAction>
int run_action(const Arguments& arguments, Terminal& terminal) {
  return with_admin(arguments, terminal, [&](Admin& admin) -> Status {
    auto target = admin_target("tables", arguments.value_or("TABLE", ""), kAction);
    admin.doing(std::string(kAction) + " of a table");
    if (std::string_view(kAction) != kFlush) TRY(need_running(admin, "do that"));
    return show_object(arguments, terminal, TRY(admin.ask_json(http::Method::post, target)));
  });
}

Command on_one(std::string name, std::string summary, int (*run)(const Arguments&, Terminal&)) {
  return {.name = std::move(name),
          .summary = std::move(summary),
          .options = admin_options(),
          .positionals = {{.name = "TABLE", .doc = "the name of the table"}},
          .run = run};
}

}  // namespace

Command table_command() {
  return {.name = "table",
          .summary = "lists and describes tables; commits, pauses and resumes their writing",
          .subcommands = {{.name = "list",
                           .summary = "lists tables with their state and size",
                           .options = admin_options(),
                           .run = run_list},
                          on_one("describe", "shows all that is known of a table", run_describe),
                          on_one("flush", "commits what is waiting now", run_action<kFlush>),
                          on_one("pause", "stops writing a table", run_action<kPause>),
                          on_one("resume", "goes on writing a table", run_action<kResume>)}};
}

}  // namespace tarn::app
