#include <boost/json.hpp>

#include "app/admin_command.h"

namespace tarn::app {
namespace {

namespace json = boost::json;

int run_list(const Arguments& arguments, Terminal& terminal) {
  return with_admin(arguments, terminal, [&](Admin& admin) -> Status {
    auto answer = TRY(admin.ask_json(http::Method::get, admin_target("topics")));
    if (arguments.has("--json")) {
      terminal.line(json::serialize(answer));
      return {};
    }
    std::vector<std::vector<std::string>> rows{{"NAME", "PARTITIONS", "RECORDS", "BYTES"}};
    for (const auto& topic : answer.at("topics").as_array()) {
      if (topic.at("internal").as_bool() && !arguments.has("--internal")) continue;
      rows.push_back({cell(topic, "name"), std::to_string(topic.at("partitions").as_array().size()),
                      cell(topic, "records"), cell(topic, "bytes")});
    }
    terminal.print(format_table(rows));
    return {};
  });
}

int run_describe(const Arguments& arguments, Terminal& terminal) {
  return with_admin(arguments, terminal, [&](Admin& admin) -> Status {
    auto target = admin_target("topics", arguments.value_or("TOPIC", ""));
    auto answer = TRY(admin.ask_json(http::Method::get, target));
    if (arguments.has("--json")) return show_object(arguments, terminal, answer);
    terminal.line(cell(answer, "name") + ": " + cell(answer, "records") + " records, " +
                  cell(answer, "bytes") + " bytes");
    for (const auto& [key, value] : answer.at("config").as_object()) {
      terminal.line("  " + std::string(key) + " = " + std::string(value.as_string()));
    }
    return show_list(arguments, terminal, answer, "partitions",
                     {"partition", "start", "end", "bytes", "held_by", "held_from", "held_bytes"});
  });
}

Result<json::object> creation_of(const Arguments& arguments) {
  json::object body{{"name", arguments.value_or("TOPIC", "")}};
  if (auto partitions = TRY(arguments.find_integer("--partitions")))
    body["partitions"] = *partitions;
  json::object config;
  for (const std::string& entry : arguments.all("--config")) {
    size_t equals = entry.find('=');
    if (equals == std::string::npos) {
      return Error(ErrorCode::invalid_argument, "--config is KEY=VALUE, such as retention.ms=1000");
    }
    config[entry.substr(0, equals)] = entry.substr(equals + 1);
  }
  body["config"] = std::move(config);
  return body;
}

int run_create(const Arguments& arguments, Terminal& terminal) {
  return with_admin(arguments, terminal, [&](Admin& admin) -> Status {
    auto body = TRY(creation_of(arguments));
    auto answer =
        TRY(admin.ask_json(http::Method::post, admin_target("topics"), json::serialize(body)));
    if (arguments.has("--json")) return show_object(arguments, terminal, answer);
    terminal.line("Created the topic " + cell(answer, "name") + ".");
    return {};
  });
}

// What is deleted here is gone: a person types the name once more, a program says --yes.
Status confirm(const Arguments& arguments, Terminal& terminal, const json::value& topic) {
  if (arguments.has("--yes")) return {};
  std::string name = cell(topic, "name");
  auto typed = terminal.ask("This deletes the topic " + name + " with its " +
                            cell(topic, "records") + " records. Its name, to go on:");
  if (!typed) {
    return Error(ErrorCode::invalid_argument,
                 "deleting " + name + " needs --yes where nobody can be asked");
  }
  if (*typed == name) return {};
  return Error(ErrorCode::cancelled, "nothing was deleted");
}

int run_delete(const Arguments& arguments, Terminal& terminal) {
  return with_admin(arguments, terminal, [&](Admin& admin) -> Status {
    std::string name = arguments.value_or("TOPIC", "");
    auto target = admin_target("topics", name);
    TRY(confirm(arguments, terminal, TRY(admin.ask_json(http::Method::get, target))));
    TRY(admin.ask(http::Method::del, target));
    return show_deleted(arguments, terminal, "topic", name);
  });
}

Result<std::string> reading_of(const Arguments& arguments) {
  std::string target = admin_target("topics", arguments.value_or("TOPIC", ""), "records");
  char separator = '?';
  for (const char* name : {"partition", "offset", "last", "limit"}) {
    auto value = TRY(arguments.find_integer(std::string("--") + name));
    if (!value) continue;
    target += separator + std::string(name) + "=" + std::to_string(*value);
    separator = '&';
  }
  return target;
}

int run_read(const Arguments& arguments, Terminal& terminal) {
  return with_admin(arguments, terminal, [&](Admin& admin) -> Status {
    auto answer = TRY(admin.ask_json(http::Method::get, TRY(reading_of(arguments))));
    for (const auto& record : answer.at("records").as_array()) {
      if (arguments.has("--json")) {
        terminal.line(json::serialize(record));
      } else {
        terminal.line(cell(record, "offset") + "  " + cell(record, "time") + "  " +
                      cell(record, "key") + "  " + cell(record, "value"));
      }
    }
    return {};
  });
}

Positional topic_name() {
  return {.name = "TOPIC", .doc = "the name of the topic"};
}

Command read_command() {
  return {.name = "read",
          .summary = "shows records of a topic",
          .examples = {"tarn topic read events --last 5", "tarn topic read events --offset 100"},
          .options = admin_options(
              {{.name = "--partition", .value = "N", .doc = "0 unless given"},
               {.name = "--offset", .value = "N", .doc = "the first record (default: the oldest)"},
               {.name = "--last", .value = "N", .doc = "begin so many records before the end"},
               {.name = "--limit", .value = "N", .doc = "records at most (10)"}}),
          .positionals = {topic_name()},
          .run = run_read};
}

}  // namespace

Command topic_command() {
  return {
      .name = "topic",
      .summary = "lists, describes, creates, deletes and reads topics",
      .subcommands = {
          {.name = "list",
           .summary = "lists topics",
           .options = admin_options(
               {{.name = "--internal", .value = "", .doc = "also those of tarn itself"}}),
           .run = run_list},
          {.name = "describe",
           .summary = "shows a topic's partitions and settings",
           .options = admin_options(),
           .positionals = {topic_name()},
           .run = run_describe},
          {.name = "create",
           .summary = "creates a topic",
           .examples = {"tarn topic create orders --partitions 4 --config retention.ms=86400000"},
           .options =
               admin_options({{.name = "--partitions", .value = "N", .doc = "1 unless given"},
                              {.name = "--config",
                               .value = "KEY=VALUE",
                               .doc = "a setting by Kafka's key",
                               .repeats = true}}),
           .positionals = {topic_name()},
           .run = run_create},
          {.name = "delete",
           .summary = "deletes a topic with its records",
           .details = "Asks for the name once more at a terminal; elsewhere --yes is needed.",
           .examples = {"tarn topic delete orders --yes"},
           .options =
               admin_options({{.name = "--yes", .value = "", .doc = "deletes without asking"}}),
           .positionals = {topic_name()},
           .run = run_delete},
          read_command()}};
}

}  // namespace tarn::app
