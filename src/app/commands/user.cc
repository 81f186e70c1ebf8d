#include <boost/json.hpp>

#include "app/admin_command.h"
#include "base/base64.h"
#include "services/login/mechanism.h"
#include "services/login/users.h"

namespace tarn::app {
namespace {

namespace json = boost::json;

int run_list(const Arguments& arguments, Terminal& terminal) {
  return with_admin(arguments, terminal, [&](Admin& admin) -> Status {
    auto answer = TRY(admin.ask_json(http::Method::get, admin_target("users")));
    if (arguments.has("--json")) return show_object(arguments, terminal, answer);
    std::vector<std::vector<std::string>> rows{{"USER", "MECHANISMS", "ORIGIN"}};
    for (const auto& user : answer.at("users").as_array()) {
      std::string mechanisms;
      for (const auto& one : user.at("mechanisms").as_array()) {
        mechanisms += (mechanisms.empty() ? "" : ", ") + std::string(one.as_string());
      }
      rows.push_back({cell(user, "user"), mechanisms, cell(user, "origin")});
    }
    terminal.print(format_table(rows));
    return {};
  });
}

// Only what is made of the password leaves this process.
json::object credentials_of(const std::string& password) {
  json::array credentials;
  for (const auto& [hash, credential] : login::make_credentials(password)) {
    credentials.push_back({{"mechanism", login::name_of(hash)},
                           {"iterations", credential.iterations},
                           {"salt", encode_base64(credential.salt)},
                           {"stored_key", encode_base64(credential.stored_key)},
                           {"server_key", encode_base64(credential.server_key)}});
  }
  return {{"credentials", std::move(credentials)}};
}

enum class Expected { absent, present };

Status put_password(const Arguments& arguments, Terminal& terminal, Admin& admin,
                    Expected expected) {
  const std::string name = arguments.value_or("USER", "");
  bool is_there = false;
  const auto known = TRY(admin.ask_json(http::Method::get, admin_target("users")));
  for (const auto& user : known.at("users").as_array()) is_there |= cell(user, "user") == name;
  if (is_there && expected == Expected::absent) {
    return Error(ErrorCode::failed_precondition,
                 "the user " + name + " is there already; 'tarn user passwd' changes a password");
  }
  if (!is_there && expected == Expected::present) {
    return Error(ErrorCode::not_found, "there is no user '" + name + "'");
  }
  const auto password = terminal.ask_secret("Password of " + name + ":");
  if (!password) {
    return Error(ErrorCode::invalid_argument,
                 "the password comes from the terminal or from standard input");
  }
  TRY(admin.ask(http::Method::put, admin_target("users", name),
                json::serialize(credentials_of(*password))));
  if (arguments.has("--json")) {
    terminal.line(json::serialize(json::object{{"user", name}}));
  } else {
    terminal.line((is_there ? "Changed the password of the user " : "Created the user ") + name +
                  ".");
  }
  return {};
}

int run_create(const Arguments& arguments, Terminal& terminal) {
  return with_admin(arguments, terminal, [&](Admin& admin) {
    return put_password(arguments, terminal, admin, Expected::absent);
  });
}

int run_passwd(const Arguments& arguments, Terminal& terminal) {
  return with_admin(arguments, terminal, [&](Admin& admin) {
    return put_password(arguments, terminal, admin, Expected::present);
  });
}

int run_delete(const Arguments& arguments, Terminal& terminal) {
  return with_admin(arguments, terminal, [&](Admin& admin) -> Status {
    const std::string name = arguments.value_or("USER", "");
    TRY(admin.ask(http::Method::del, admin_target("users", name)));
    return show_deleted(arguments, terminal, "user", name);
  });
}

Positional user_name() {
  return {.name = "USER", .doc = "the name of the user"};
}

constexpr const char* kHowPasswordsCome =
    "The password is typed at the terminal, or is the first line of standard input. What is sent\n"
    "and kept is made of it (SCRAM): the password itself is not.";

}  // namespace

Command user_command() {
  return {
      .name = "user",
      .summary = "lists, creates and deletes users of Kafka clients",
      .subcommands = {
          {.name = "list", .summary = "lists users", .options = admin_options(), .run = run_list},
          {.name = "create",
           .summary = "creates a user with a password",
           .details = kHowPasswordsCome,
           .examples = {"tarn user create alice", "tarn user create alice < file"},
           .options = admin_options(),
           .positionals = {user_name()},
           .run = run_create},
          {.name = "passwd",
           .summary = "changes a user's password",
           .details = kHowPasswordsCome,
           .options = admin_options(),
           .positionals = {user_name()},
           .run = run_passwd},
          {.name = "delete",
           .summary = "deletes a user",
           .options = admin_options(),
           .positionals = {user_name()},
           .run = run_delete}}};
}

}  // namespace tarn::app
