#include <boost/json.hpp>

#include "app/admin_command.h"

namespace tarn::app {
namespace {

namespace json = boost::json;

std::vector<std::string> columns() {
  return {"permission", "principal", "host", "operation", "type", "name", "pattern", "from"};
}

// What the options say of a line, or of those that are looked for.
json::object line_of(const Arguments& arguments) {
  json::object body{{"dry_run", arguments.has("--dry-run")}};
  const auto take = [&](const std::string& option, const char* member) {
    if (auto value = arguments.find(option)) body[member] = *value;
  };
  take("--principal", "principal");
  take("--host", "host");
  take("--operation", "operation");
  take("--pattern", "pattern");
  take("--permission", "permission");
  for (const char* type : {"topic", "group", "transactional-id"}) {
    if (auto name = arguments.find(std::string("--") + type)) {
      body["type"] = type;
      body["name"] = *name;
    }
  }
  if (arguments.has("--cluster")) body["type"] = "cluster";
  if (arguments.has("--deny")) body["permission"] = "deny";
  return body;
}

int run_list(const Arguments& arguments, Terminal& terminal) {
  return with_admin(arguments, terminal, [&](Admin& admin) -> Status {
    auto answer = TRY(admin.ask_json(http::Method::get, admin_target("acls")));
    return show_list(arguments, terminal, answer, "acls", columns());
  });
}

int run_add(const Arguments& arguments, Terminal& terminal) {
  return with_admin(arguments, terminal, [&](Admin& admin) -> Status {
    auto answer = TRY(admin.ask_json(http::Method::post, admin_target("acls"),
                                     json::serialize(line_of(arguments))));
    if (arguments.has("--json")) return show_object(arguments, terminal, answer);
    if (arguments.has("--dry-run")) terminal.note("Nothing was changed; this would be added:");
    return show_list(arguments, terminal, json::object{{"acls", {answer}}}, "acls", columns());
  });
}

int run_remove(const Arguments& arguments, Terminal& terminal) {
  return with_admin(arguments, terminal, [&](Admin& admin) -> Status {
    const auto wanted = line_of(arguments);
    if (wanted.size() == 1 && !arguments.has("--all")) {
      return Error(ErrorCode::invalid_argument,
                   "say which lines, for instance by --principal; --all removes every line");
    }
    auto answer = TRY(admin.ask_json(http::Method::post, admin_target("acls", "", "remove"),
                                     json::serialize(wanted)));
    if (arguments.has("--dry-run")) terminal.note("Nothing was changed; these would be removed:");
    return show_list(arguments, terminal, answer, "acls", columns());
  });
}

std::vector<Option> line_options(std::vector<Option> more) {
  std::vector<Option> options{
      {.name = "--principal", .value = "User:NAME", .doc = "whom the line is about; User:* is all"},
      {.name = "--host", .value = "ADDRESS", .doc = "from where (any)"},
      {.name = "--operation",
       .value = "OPERATION",
       .doc = "what may be done",
       .choices = {"all", "read", "write", "create", "delete", "alter", "describe",
                   "cluster-action", "describe-configs", "alter-configs", "idempotent-write"}},
      {.name = "--topic", .value = "NAME", .doc = "a topic, or * for all"},
      {.name = "--group", .value = "NAME", .doc = "a consumer group, or *"},
      {.name = "--transactional-id", .value = "NAME", .doc = "a transactional id, or *"},
      {.name = "--cluster", .value = "", .doc = "the cluster as a whole"},
      {.name = "--pattern",
       .value = "PATTERN",
       .doc = "prefixed: all names that begin so (literal)",
       .choices = {"literal", "prefixed"}},
      {.name = "--dry-run", .value = "", .doc = "changes nothing"}};
  options.insert(options.end(), more.begin(), more.end());
  return admin_options(std::move(options));
}

}  // namespace

Command acl_command() {
  return {
      .name = "acl",
      .summary = "lists, adds and removes access control lists",
      .details =
          "Who may do what, as Kafka has it: what no line allows is denied, and a line that "
          "denies comes first. The lists are in effect when tarn.yaml says "
          "security.authorization: acls; lines there cannot be removed here.",
      .subcommands = {
          {.name = "list",
           .summary = "lists all lines",
           .options = admin_options(),
           .run = run_list},
          {.name = "add",
           .summary = "adds a line",
           .details =
               "Reading, writing, deleting and altering include describing. A consumer needs "
               "read on its topics and its group, a producer write on its topics.",
           .examples = {"tarn acl add --principal User:alice --operation read --topic orders",
                        "tarn acl add --principal User:alice --operation read --group readers",
                        "tarn acl add --principal User:bob --operation write --topic pay- "
                        "--pattern prefixed --deny"},
           .options = line_options({{.name = "--deny", .value = "", .doc = "denies; else allows"}}),
           .run = run_add},
          {.name = "remove",
           .summary = "removes all lines that fit",
           .examples = {"tarn acl remove --principal User:alice --dry-run",
                        "tarn acl remove --topic orders"},
           .options = line_options({{.name = "--permission",
                                     .value = "PERMISSION",
                                     .doc = "those that allow, or those that deny (both)",
                                     .choices = {"allow", "deny"}},
                                    {.name = "--all", .value = "", .doc = "removes every line"}}),
           .run = run_remove}}};
}

}  // namespace tarn::app
