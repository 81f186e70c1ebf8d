#include <iostream>

#include <boost/json.hpp>

#include "app/admin_command.h"
#include "app/exit_code.h"

namespace tarn::app {
namespace {

namespace json = boost::json;

Status run_statement(const std::string& sql, const Arguments& arguments, Terminal& terminal,
                     Admin& admin) {
  json::object body{{"sql", sql}};
  if (auto limit = TRY(arguments.find_integer("--limit"))) body["rows_max"] = *limit;
  std::string format = arguments.has("--json") ? "json" : arguments.value_or("--format", "table");
  std::string text = json::serialize(body);
  admin.doing("running the statement");
  terminal.print(TRY(admin.ask(http::Method::post, "/tarn/v1/sql?format=" + format, text)));
  return {};
}

// Statements end with a semicolon; a wrong one does not end the shell.
Status run_shell(const Arguments& arguments, Terminal& terminal, Admin& admin) {
  std::string statement;
  std::string line;
  if (terminal.is_interactive()) terminal.note("End a statement with ';'. Ctrl-D ends.");
  while (std::getline(std::cin, line)) {
    statement += line + "\n";
    size_t last = statement.find_last_not_of(" \t\r\n");
    if (last == std::string::npos || statement[last] != ';') continue;
    statement.resize(last);
    if (Status done = run_statement(statement, arguments, terminal, admin); !done) {
      if (!terminal.is_interactive()) return done;
      terminal.error(done.error());
    }
    statement.clear();
  }
  if (statement.find_first_not_of(" \t\r\n") == std::string::npos) return {};
  return run_statement(statement, arguments, terminal, admin);
}

int run_sql(const Arguments& arguments, Terminal& terminal) {
  return with_admin(arguments, terminal, [&](Admin& admin) -> Status {
    auto statement = arguments.find("STATEMENT");
    if (!statement) return run_shell(arguments, terminal, admin);
    return run_statement(*statement, arguments, terminal, admin);
  });
}

}  // namespace

Command sql_command() {
  return {
      .name = "sql",
      .summary = "asks tables and topics in SQL",
      .details =
          "Tables are called by their names, topics are log.\"name\". Without a "
          "statement they are read\nfrom standard input, each ending with ';'.",
      .examples = {"tarn sql 'select origin, avg(delay) from flights group by origin'",
                   "tarn sql 'show tables'",
                   "tarn sql --format csv 'select * from log.\"flight-kafka-topic\"'"},
      .options = admin_options({{.name = "--format",
                                 .value = "FORMAT",
                                 .doc = "table (default), csv or json",
                                 .choices = {"table", "csv", "json"}},
                                {.name = "--limit", .value = "N", .doc = "rows at most (10000)"}}),
      .positionals = {{.name = "STATEMENT", .doc = "one statement", .required = false}},
      .run = run_sql};
}

}  // namespace tarn::app
