#include "app/admin_command.h"

#include <algorithm>

#include <boost/json.hpp>

#include "app/exit_code.h"
#include "engines/http/url.h"

namespace tarn::app {
namespace {

namespace json = boost::json;

std::string text_of(const json::value& value) {
  if (value.is_null()) return "";
  if (value.is_string()) return std::string(value.as_string());
  return json::serialize(value);
}

std::string heading_of(std::string name) {
  std::ranges::transform(name, name.begin(), [](char c) { return c == '_' ? ' ' : c; });
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::toupper(c); });
  return name;
}

}  // namespace

int with_admin(const Arguments& arguments, Terminal& terminal,
               const std::function<Status(Admin&)>& work) {
  auto project = load_project(arguments, terminal);
  if (!project) return project.error();
  auto admin = Admin::connect(*project, terminal);
  if (!admin) {
    terminal.error(admin.error());
    return kExitUnavailable;
  }
  if (Status done = work(**admin); !done) {
    terminal.error(done.error());
    bool is_usage = done.error().code() == ErrorCode::invalid_argument;
    return is_usage ? kExitUsage : exit_code_of(done.error().code());
  }
  return kExitOk;
}

std::vector<Option> admin_options(std::vector<Option> more) {
  auto shared = project_options();
  more.insert(more.end(), shared.begin(), shared.end());
  more.push_back({.name = "--json", .value = "", .doc = "prints JSON"});
  return more;
}

std::string admin_target(const std::string& collection, const std::string& name,
                         const std::string& below) {
  std::string target = "/tarn/v1/" + collection;
  if (!name.empty()) target += "/" + http::percent_encode(name);
  if (!below.empty()) target += "/" + below;
  return target;
}

std::string cell(const json::value& object, std::string_view name) {
  const json::value* value = object.is_object() ? object.as_object().if_contains(name) : nullptr;
  return value == nullptr ? "" : text_of(*value);
}

Status show_list(const Arguments& arguments, Terminal& terminal, const json::value& answer,
                 std::string_view array, const std::vector<std::string>& members) {
  if (arguments.has("--json")) {
    terminal.line(json::serialize(answer));
    return {};
  }
  std::vector<std::vector<std::string>> rows(1);
  for (const std::string& member : members) rows[0].push_back(heading_of(member));
  for (const json::value& item : answer.at(array).as_array()) {
    auto& row = rows.emplace_back();
    for (const std::string& member : members) row.push_back(cell(item, member));
  }
  terminal.print(format_table(rows));
  return {};
}

Status show_deleted(const Arguments& arguments, Terminal& terminal, const std::string& kind,
                    const std::string& name) {
  if (arguments.has("--json")) {
    terminal.line(json::serialize(json::object{{"deleted", name}}));
  } else {
    terminal.line("Deleted the " + kind + " " + name + ".");
  }
  return {};
}

Status need_running(const Admin& admin, const std::string& what) {
  if (!admin.is_local()) return {};
  return Error(ErrorCode::failed_precondition,
               "no instance runs here that could " + what + "; start one with 'tarn run'");
}

Status show_object(const Arguments& arguments, Terminal& terminal, const json::value& answer) {
  if (arguments.has("--json") || !answer.is_object()) {
    terminal.line(json::serialize(answer));
    return {};
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& [key, value] : answer.as_object()) {
    std::string name(key);
    std::ranges::transform(name, name.begin(), [](char c) { return c == '_' ? ' ' : c; });
    rows.push_back({name + ":", text_of(value)});
  }
  terminal.print(format_table(rows));
  return {};
}

}  // namespace tarn::app
