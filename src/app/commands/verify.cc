#include <boost/json.hpp>

#include "app/admin_command.h"
#include "platform/os/file_system.h"

namespace tarn::app {
namespace {

namespace json = boost::json;

std::string quoted_name(const std::string& name) {
  std::string quoted = "\"";
  for (char c : name) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

// What was counted for one topic of a table. Every record of the log must be a row once, or a dead
// letter; rows of records that retention has removed from the log are left out.
struct Findings {
  std::string table;
  std::string topic;
  int64_t records = 0;       // in the log
  int64_t rows = 0;          // of these records, committed
  int64_t dead_letters = 0;  // of these records
  int64_t missing = 0;       // neither row nor dead letter
  int64_t repeated = 0;      // rows beyond the first of a record
  bool by_position = true;   // false: the rows carry no positions, only their number was compared

  [[nodiscard]] bool is_exact() const { return missing == 0 && repeated == 0; }
};

json::object to_json(const Findings& found) {
  return {{"table", found.table},
          {"topic", found.topic},
          {"records", found.records},
          {"rows", found.rows},
          {"dead_letters", found.dead_letters},
          {"missing", found.missing},
          {"repeated", found.repeated},
          {"by_position", found.by_position},
          {"exactly_once", found.is_exact()}};
}

std::string to_line(const Findings& found) {
  std::string line = "table " + found.table + " from " + found.topic + ": " +
                     std::to_string(found.records) + " records, " + std::to_string(found.rows) +
                     " rows, " + std::to_string(found.dead_letters) + " dead letters, " +
                     std::to_string(found.missing) + " missing, " + std::to_string(found.repeated) +
                     " repeated";
  if (!found.by_position) line += " (compared by number: the rows carry no positions)";
  return line + (found.is_exact() ? ": exactly once" : ": NOT exactly once");
}

// Reads log and files again through SQL, which decodes every record and every file.
class Verifier {
 public:
  explicit Verifier(Admin& admin) : admin_(admin) {}

  Result<std::vector<Findings>> verify_all() {
    auto tables = TRY(admin_.ask_json(http::Method::get, admin_target("tables")));
    std::vector<Findings> all;
    for (const auto& table : tables.at("tables").as_array()) {
      std::string name = cell(table, "name");
      admin_.doing("committing and reading the table " + name);
      // What is committed is to be proven, so everything is committed first.
      auto flushed = admin_.ask(http::Method::post, admin_target("tables", name, "flush"));
      if (!flushed) return flushed.error().with_context("committing the table " + name);
      for (const auto& topic : table.at("topics").as_array()) {
        all.push_back(TRY(verify(name, std::string(topic.as_string()))));
      }
    }
    return all;
  }

 private:
  Result<Findings> verify(const std::string& table, const std::string& topic) {
    Findings found{.table = table, .topic = topic};
    found.dead_letters = TRY(count_dead_letters(topic));
    std::string log = "log." + quoted_name(topic);
    found.records = TRY(count("select count(*) as n from " + log));
    const std::string positions =
        " on l._topic = t._topic and l._partition = t._partition and l._offset = t._offset";
    auto rows = count("select count(*) as n from " + quoted_name(table) + " t semi join " + log +
                      " l" + positions);
    if (!rows) return verify_by_number(std::move(found));
    found.rows = *rows;
    int64_t not_rows = TRY(count("select count(*) as n from " + log + " l anti join " +
                                 quoted_name(table) + " t" + positions));
    found.repeated = found.rows - (found.records - not_rows);
    found.missing = not_rows - found.dead_letters;
    return found;
  }

  Result<Findings> verify_by_number(Findings found) {
    found.by_position = false;
    found.rows = TRY(count("select count(*) as n from " + quoted_name(found.table)));
    int64_t expected = found.records - found.dead_letters;
    found.missing = std::max<int64_t>(0, expected - found.rows);
    found.repeated = std::max<int64_t>(0, found.rows - expected);
    return found;
  }

  Result<int64_t> count_dead_letters(const std::string& topic) {
    std::string name = topic + ".dead-letter";
    auto there = admin_.ask(http::Method::get, admin_target("topics", name));
    if (!there) return 0;
    // Keyed topic/partition/offset; each position once.
    return count("select count(distinct _key) as n from log." + quoted_name(name));
  }

  Result<int64_t> count(const std::string& statement) {
    auto answer = TRY(admin_.ask_json(http::Method::post, "/tarn/v1/sql",
                                      json::serialize(json::object{{"sql", statement}})));
    return answer.at(0).at("n").to_number<int64_t>();
  }

  Admin& admin_;
};

Status report(const std::vector<Findings>& all, const Arguments& arguments, Terminal& terminal) {
  json::array list;
  bool is_exact = true;
  for (const Findings& found : all) {
    list.push_back(to_json(found));
    is_exact = is_exact && found.is_exact();
    if (!arguments.has("--json")) terminal.line(to_line(found));
  }
  std::string document =
      json::serialize(json::object{{"exactly_once", is_exact}, {"tables", std::move(list)}});
  if (arguments.has("--json")) terminal.line(document);
  if (auto path = arguments.find("--report")) {
    os::PosixFileSystem files;
    TRY(os::replace_file(files, *path, as_bytes(document + "\n")));
  }
  if (is_exact) return {};
  return Error(ErrorCode::corrupt, "not every record is in its table exactly once");
}

int run_verify(const Arguments& arguments, Terminal& terminal) {
  return with_admin(arguments, terminal, [&](Admin& admin) -> Status {
    return report(TRY(Verifier(admin).verify_all()), arguments, terminal);
  });
}

}  // namespace

Command verify_command() {
  return {.name = "verify",
          .summary = "proves that every record of a topic is in its table exactly once",
          .details =
              "Commits what is waiting, reads the log and the files of every table again, "
              "and compares\nthe positions of records and rows. Exit code 1 when a record is "
              "missing or repeated.",
          .examples = {"tarn verify", "tarn verify --report proof.json"},
          .options = admin_options(
              {{.name = "--report", .value = "FILE", .doc = "writes what was found as JSON"}}),
          .run = run_verify};
}

}  // namespace tarn::app
