#include <boost/json.hpp>

#include "app/admin_command.h"
#include "engines/http/url.h"

namespace tarn::app {
namespace {

namespace json = boost::json;

int run_show(const Arguments& arguments, Terminal& terminal) {
  return with_admin(arguments, terminal, [&](Admin& admin) -> Status {
    std::string prefix = http::percent_encode(arguments.value_or("PREFIX", ""));
    auto answer =
        TRY(admin.ask_json(http::Method::get, admin_target("state") + "?prefix=" + prefix));
    if (arguments.has("--json")) return show_object(arguments, terminal, answer);
    for (const auto& [key, value] : answer.at("entries").as_object()) {
      terminal.line(std::string(key) + "  " + json::serialize(value));
    }
    return {};
  });
}

Status put(Admin& admin, const std::string& key, json::value value) {
  json::object body{{"key", key}, {"value", std::move(value)}};
  TRY(admin.ask(http::Method::put, admin_target("state"), json::serialize(body)));
  return {};
}

Status show_done(const Arguments& arguments, Terminal& terminal, const Admin& admin) {
  if (arguments.has("--json")) terminal.line(R"({"ok":true})");
  if (admin.is_local()) return {};
  terminal.note("A running source reads its state when it starts: restart the instance.");
  return {};
}

int run_set(const Arguments& arguments, Terminal& terminal) {
  return with_admin(arguments, terminal, [&](Admin& admin) -> Status {
    boost::system::error_code error;
    auto value = json::parse(arguments.value_or("VALUE", ""), error);
    if (error || value.is_null()) {
      return Error(ErrorCode::invalid_argument,
                   "VALUE is JSON, such as 5, '\"text\"' or '{\"a\": 1}'");
    }
    TRY(put(admin, arguments.value_or("KEY", ""), std::move(value)));
    return show_done(arguments, terminal, admin);
  });
}

int run_reset(const Arguments& arguments, Terminal& terminal) {
  return with_admin(arguments, terminal, [&](Admin& admin) -> Status {
    TRY(put(admin, arguments.value_or("KEY", ""), nullptr));
    return show_done(arguments, terminal, admin);
  });
}

Positional key_name() {
  return {.name = "KEY", .doc = "a key as 'state show' prints it"};
}

}  // namespace

Command state_command() {
  return {
      .name = "state",
      .summary = "shows and changes what sources remember: cursors, quotas, pauses",
      .subcommands = {
          {.name = "show",
           .summary = "shows the state",
           .options = admin_options(),
           .positionals = {{.name = "PREFIX", .doc = "only keys that begin so", .required = false}},
           .run = run_show},
          {.name = "set",
           .summary = "sets a value",
           .options = admin_options(),
           .positionals = {key_name(), {.name = "VALUE", .doc = "JSON"}},
           .run = run_set},
          {.name = "reset",
           .summary = "forgets a value",
           .options = admin_options(),
           .positionals = {key_name()},
           .run = run_reset}}};
}

}  // namespace tarn::app
