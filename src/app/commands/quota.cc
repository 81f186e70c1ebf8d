#include <charconv>

#include <boost/json.hpp>

#include "app/admin_command.h"

namespace tarn::app {
namespace {

namespace json = boost::json;

std::vector<std::string> columns() {
  return {"user", "client_id", "ip", "quotas"};
}

json::object entity_of(const Arguments& arguments) {
  json::object body{{"dry_run", arguments.has("--dry-run")}};
  if (auto user = arguments.find("--user")) body["user"] = *user;
  if (auto client = arguments.find("--client-id")) body["client_id"] = *client;
  if (auto ip = arguments.find("--ip")) body["ip"] = *ip;
  return body;
}

Result<json::object> values_of(const std::vector<std::string>& texts) {
  json::object quotas;
  for (const std::string& text : texts) {
    const size_t equals = text.find('=');
    const std::string number = equals == std::string::npos ? "" : text.substr(equals + 1);
    double value = 0;
    const auto [end, failed] = std::from_chars(number.data(), number.data() + number.size(), value);
    if (failed != std::errc() || end != number.data() + number.size()) {
      return Error(ErrorCode::invalid_argument,
                   "'" + text + "' is not KEY=NUMBER, such as producer_byte_rate=1048576");
    }
    quotas[text.substr(0, equals)] = value;
  }
  return quotas;
}

Status alter(const Arguments& arguments, Terminal& terminal, Admin& admin, json::object quotas) {
  auto body = entity_of(arguments);
  body["quotas"] = std::move(quotas);
  auto answer =
      TRY(admin.ask_json(http::Method::post, admin_target("quotas"), json::serialize(body)));
  if (arguments.has("--json")) return show_object(arguments, terminal, answer);
  if (arguments.has("--dry-run")) terminal.note("Nothing was changed; this is what would be:");
  return show_list(arguments, terminal, json::object{{"quotas", {answer}}}, "quotas", columns());
}

int run_list(const Arguments& arguments, Terminal& terminal) {
  return with_admin(arguments, terminal, [&](Admin& admin) -> Status {
    auto answer = TRY(admin.ask_json(http::Method::get, admin_target("quotas")));
    return show_list(arguments, terminal, answer, "quotas", columns());
  });
}

int run_set(const Arguments& arguments, Terminal& terminal) {
  return with_admin(arguments, terminal, [&](Admin& admin) -> Status {
    return alter(arguments, terminal, admin, TRY(values_of(arguments.all("QUOTA"))));
  });
}

int run_remove(const Arguments& arguments, Terminal& terminal) {
  return with_admin(arguments, terminal, [&](Admin& admin) -> Status {
    json::object quotas;
    for (const std::string& key : arguments.all("KEY")) quotas[key] = nullptr;
    return alter(arguments, terminal, admin, std::move(quotas));
  });
}

std::vector<Option> entity_options() {
  return admin_options(
      {{.name = "--user", .value = "NAME", .doc = "a user; * is every user without an own quota"},
       {.name = "--client-id", .value = "ID", .doc = "a client id, alone or of the user; * is any"},
       {.name = "--ip", .value = "ADDRESS", .doc = "an address; * is any"},
       {.name = "--dry-run", .value = "", .doc = "changes nothing"}});
}

std::vector<std::string> keys() {
  return {"producer_byte_rate", "consumer_byte_rate", "request_percentage",
          "controller_mutation_rate", "connection_creation_rate"};
}

}  // namespace

Command quota_command() {
  return {
      .name = "quota",
      .summary = "lists, sets and removes quotas of Kafka clients",
      .details =
          "A client that uses more than its quota is answered and then waits; others are not "
          "held up. The most special quota counts: of the user with the client id, of the "
          "user, of the client id.",
      .subcommands = {
          {.name = "list",
           .summary = "lists all quotas",
           .options = admin_options(),
           .run = run_list},
          {.name = "set",
           .summary = "sets quotas of a user, a client id, both together, or an address",
           .examples = {"tarn quota set --user alice producer_byte_rate=1048576",
                        "tarn quota set --user '*' --client-id billing consumer_byte_rate=500000",
                        "tarn quota set --ip '*' connection_creation_rate=10"},
           .options = entity_options(),
           .positionals = {{.name = "QUOTA",
                            .doc = "KEY=NUMBER: bytes, partitions or connections a second, or "
                                   "percent of a processor",
                            .repeats = true}},
           .run = run_set},
          {.name = "remove",
           .summary = "removes quotas",
           .examples = {"tarn quota remove --user alice producer_byte_rate"},
           .options = entity_options(),
           .positionals =
               {{.name = "KEY", .doc = "which of its quotas", .repeats = true, .choices = keys()}},
           .run = run_remove}}};
}

}  // namespace tarn::app
