#include <boost/json.hpp>

#include "app/admin_command.h"
#include "app/terminal.h"

namespace tarn::app {
namespace {

int run_list(const Arguments& arguments, Terminal& terminal) {
  return with_admin(arguments, terminal, [&](Admin& admin) -> Status {
    auto answer = TRY(admin.ask_json(http::Method::get, admin_target("groups")));
    return show_list(arguments, terminal, answer, "groups",
                     {"group", "type", "state", "members", "protocol_type"});
  });
}

// "flights 0, flights 3".
std::string text_of_partitions(const boost::json::value& member) {
  const auto* partitions = member.as_object().if_contains("partitions");
  std::string text;
  if (partitions == nullptr) return text;
  for (const boost::json::value& partition : partitions->as_array()) {
    if (!text.empty()) text += ", ";
    text += cell(partition, "topic") + " " + cell(partition, "partition");
  }
  return text;
}

// What there is to see of members depends on the group's protocol.
void show_members(Terminal& terminal, const boost::json::value& group) {
  const auto& members = group.at("members").as_array();
  if (members.empty()) return;
  const bool is_consumer = cell(group, "type") == "consumer";
  std::vector<std::vector<std::string>> rows{{"MEMBER", "CLIENT", "HOST"}};
  if (is_consumer) rows[0].insert(rows[0].end(), {"INSTANCE", "EPOCH", "PARTITIONS"});
  for (const boost::json::value& member : members) {
    auto& row = rows.emplace_back();
    for (const char* name : {"member", "client", "host"}) row.push_back(cell(member, name));
    if (!is_consumer) continue;
    row.push_back(cell(member, "instance"));
    row.push_back(cell(member, "epoch"));
    row.push_back(text_of_partitions(member));
  }
  terminal.print(format_table(rows));
  terminal.line("");
}

Status show_group(const Arguments& arguments, Terminal& terminal,
                  const boost::json::value& answer) {
  if (arguments.has("--json")) return show_object(arguments, terminal, answer);
  if (const auto* state = answer.as_object().if_contains("state"); state != nullptr) {
    std::string line = cell(answer, "group") + ": " + cell(answer, "state") + ", " +
                       std::to_string(answer.at("members").as_array().size()) + " members, " +
                       cell(answer, "type") + " protocol";
    if (cell(answer, "type") == "consumer") {
      line += ", epoch " + cell(answer, "epoch") + ", assignment " +
              cell(answer, "assignment_epoch") + " (" + cell(answer, "assignor") + ")";
    }
    terminal.line(line);
    show_members(terminal, answer);
  }
  return show_list(arguments, terminal, answer, "offsets",
                   {"topic", "partition", "offset", "end", "lag"});
}

int run_describe(const Arguments& arguments, Terminal& terminal) {
  return with_admin(arguments, terminal, [&](Admin& admin) -> Status {
    auto target = admin_target("groups", arguments.value_or("GROUP", ""));
    return show_group(arguments, terminal, TRY(admin.ask_json(http::Method::get, target)));
  });
}

int run_delete(const Arguments& arguments, Terminal& terminal) {
  return with_admin(arguments, terminal, [&](Admin& admin) -> Status {
    std::string name = arguments.value_or("GROUP", "");
    TRY(admin.ask(http::Method::del, admin_target("groups", name)));
    return show_deleted(arguments, terminal, "group", name);
  });
}

int run_reset(const Arguments& arguments, Terminal& terminal) {
  return with_admin(arguments, terminal, [&](Admin& admin) -> Status {
    auto target = admin_target("groups", arguments.value_or("GROUP", ""), "offsets");
    boost::json::object body{{"topic", arguments.value_or("TOPIC", "")},
                             {"to", arguments.value_or("--to", "latest")},
                             {"dry_run", arguments.has("--dry-run")}};
    auto answer = TRY(admin.ask_json(http::Method::post, target, boost::json::serialize(body)));
    if (arguments.has("--dry-run")) terminal.note("Nothing was changed; this is what would be:");
    return show_list(arguments, terminal, answer, "offsets",
                     {"topic", "partition", "was", "offset", "end", "lag"});
  });
}

Positional group_name() {
  return {.name = "GROUP", .doc = "the name of the group"};
}

}  // namespace

Command group_command() {
  return {
      .name = "group",
      .summary = "lists, describes, resets and deletes consumer groups",
      .subcommands = {
          {.name = "list", .summary = "lists groups", .options = admin_options(), .run = run_list},
          {.name = "describe",
           .summary = "shows where a group reads, and how far behind it is",
           .options = admin_options(),
           .positionals = {group_name()},
           .run = run_describe},
          {.name = "reset",
           .summary = "moves a group without members to other offsets",
           .examples = {"tarn group reset readers events --to earliest --dry-run",
                        "tarn group reset readers events --to 2024-09-01T00:00:00Z"},
           .options = admin_options({{.name = "--to",
                                      .value = "WHERE",
                                      .doc = "earliest, latest (default), an offset or a time"},
                                     {.name = "--dry-run",
                                      .value = "",
                                      .doc = "shows what would be, and changes nothing"}}),
           .positionals = {group_name(), {.name = "TOPIC", .doc = "the topic"}},
           .run = run_reset},
          {.name = "delete",
           .summary = "deletes a group without members",
           .options = admin_options(),
           .positionals = {group_name()},
           .run = run_delete}}};
}

}  // namespace tarn::app
