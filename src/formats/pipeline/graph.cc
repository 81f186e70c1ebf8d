#include "formats/pipeline/graph.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "formats/pipeline/access_check.h"
#include "formats/pipeline/nearest.h"
#include "formats/pipeline/parameter_value.h"
#include "formats/pipeline/security_check.h"
#include "formats/pipeline/sql_parameters.h"
#include "formats/pipeline/text_forms.h"

namespace tarn::pipeline {
namespace {

constexpr std::string_view kDeadLetter = ".dead-letter";

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

// One walk over the steps; knows where they stand in the file.
class GraphCheck {
 public:
  GraphCheck(const Pipeline& pipeline, const Node& root, Problems& problems)
      : pipeline_(pipeline), root_(root), problems_(problems) {}

  void run() {
    each("sources", pipeline_.sources, [&](const Source& source) { check_source(source); });
    each("tables", pipeline_.tables, [&](const Table& table) { check_table(table); });
    each("secrets", pipeline_.secrets, [&](const SecretPlace& place) { check_place(place); });
    each("api", pipeline_.api, [&](const Endpoint& endpoint) { check_endpoint(endpoint); });
    check_one_owner();
    check_paths_differ();
    check_affixes();
  }

 private:
  template <class Steps, class Check>
  void each(const std::string& section, const Steps& steps, Check check_step) {
    Problems::Step in_section(problems_, section);
    for (const auto& [name, step] : steps) {
      Problems::Step in_step(problems_, name);
      if (problems_.has_below(problems_.path())) continue;
      place_ = {section, name};
      check_step(step);
    }
  }

  [[nodiscard]] Position at(const std::vector<std::string>& below = {}) const {
    std::vector<std::string> path = place_;
    path.insert(path.end(), below.begin(), below.end());
    return locate(root_, path);
  }

  void check_source(const Source& source) {
    if (!source.http) {
      problems_.add(at(),
                    "the source says nothing about where its records come from: http: is "
                    "missing");
    }
    if (source.every && source.cron) {
      problems_.add(at({"cron"}), "every and cron exclude each other; keep one");
    }
    if (!source.every && !source.cron) {
      problems_.add(at(), "how often? give every: 15s, or cron: \"*/5 * * * *\"");
    }
    if (source.http) check_pages(source.http->pages);
    check_topic_length(source.to, {"to"});
  }

  void check_pages(const Pages& pages) {
    bool wants_at = pages.style == PageStyle::next_url || pages.style == PageStyle::cursor;
    if (wants_at && pages.at.empty()) {
      problems_.add(at({"http", "pages"}), "this style needs at:, a JSON Pointer into the body");
    }
  }

  void check_topic_length(const std::string& topic, const std::vector<std::string>& below) {
    constexpr size_t kLongest = 249;
    size_t length = pipeline_.prefix.size() + topic.size() + pipeline_.suffix.size();
    if (length + kDeadLetter.size() <= kLongest) return;
    problems_.add(at(below), "with its dead-letter topic (" + std::string(kDeadLetter) +
                                 ") the name is longer than " + std::to_string(kLongest) +
                                 " characters");
  }

  void check_table(const Table& table) {
    bool is_json = table.format == TableFormat::json;
    if (is_json && !table.partition_by.empty()) {
      problems_.add(at({"partition_by"}), "partition_by is for delta; say path: for format json");
    }
    if (is_json && table.schema != SchemaPolicy::evolve) {
      problems_.add(at({"schema"}), "schema is for delta; json objects hold what the records hold");
    }
    if (!is_json && locate_exactly(root_, {"tables", table.name, "path"})) {
      problems_.add(at({"path"}), "path is for format json; say partition_by: for format delta");
    }
    std::set<std::string> columns;
    for (const PartitionBy& part : table.partition_by) {
      if (!columns.insert(lower(part.name)).second) {
        problems_.add(at({"partition_by"}), "two partition columns are called '" + part.name +
                                                "'; name one of them with as:");
      }
      if (part.format && part.by.transform == Transform::identity) {
        problems_.add(at({"partition_by"}), "format: goes with a time part such as month(_time)");
      }
    }
    check_topic_length(table.from, {"from"});
    check_fed(table);
  }

  // Without auto_create a topic exists only when the file names it.
  void check_fed(const Table& table) {
    if (pipeline_.auto_create || pipeline_.topics.contains(table.from)) return;
    std::vector<std::string> known;
    for (const auto& [name, source] : pipeline_.sources) known.push_back(source.to);
    for (const auto& [name, topic] : pipeline_.topics) known.push_back(name);
    if (std::ranges::find(known, table.from) != known.end()) return;
    std::string message = "no source writes to the topic '" + table.from +
                          "', topics: does not name it, and auto_create is off";
    if (auto close = nearest(table.from, known)) message += "; did you mean '" + *close + "'?";
    problems_.add(at({"from"}), message);
  }

  void check_place(const SecretPlace& place) {
    int places =
        int(place.env.has_value()) + int(place.file.has_value()) + int(place.command.has_value());
    if (places != 1) problems_.add(at(), "give exactly one of env, file and command");
  }

  void check_endpoint(const Endpoint& endpoint) {
    check_path(endpoint.path);
    auto used = read_sql_parameters(endpoint.sql).names;
    std::vector<std::string> declared;
    for (const Parameter& parameter : endpoint.params) {
      declared.push_back(parameter.name);
      check_parameter(parameter);
      if (!used.contains(parameter.name)) {
        problems_.add(at({"params", parameter.name}),
                      "the statement does not use :" + parameter.name);
      }
    }
    for (const std::string& name : used) {
      if (std::ranges::find(declared, name) != declared.end()) continue;
      std::string message = "the statement uses :" + name + ", which params: does not name";
      if (auto close = nearest(name, declared)) message += "; did you mean ':" + *close + "'?";
      problems_.add(at({"sql"}), message);
    }
  }

  void check_path(const std::string& path) {
    size_t open = 0;
    while ((open = path.find_first_of("{}", open)) != std::string::npos) {
      size_t close = path.find('}', open);
      bool is_whole_segment = path[open] == '{' && close != std::string::npos &&
                              path[open - 1] == '/' &&
                              (close + 1 == path.size() || path[close + 1] == '/') &&
                              close > open + 1 && path.find('{', open + 1) > close;
      if (!is_whole_segment) {
        problems_.add(at(), "a parameter of the path stands alone between slashes: /{name}/");
        return;
      }
      open = close + 1;
    }
  }

  void check_parameter(const Parameter& parameter) {
    Position place = at({"params", parameter.name});
    bool is_number =
        parameter.type == ParameterType::integer || parameter.type == ParameterType::number;
    if (parameter.name == "format" && !parameter.in_path) {
      problems_.add(place, "?format= chooses between json and csv; call the parameter otherwise");
    }
    if (parameter.in_path && parameter.default_value) {
      problems_.add(place, "a parameter of the path is always given and has no default");
    }
    if (!is_number && (parameter.min || parameter.max)) {
      problems_.add(place, "min and max are for integer and number");
    }
    if (parameter.min && parameter.max && *parameter.min > *parameter.max) {
      problems_.add(place, "min is larger than max");
    }
    if (!parameter.default_value) return;
    if (auto value = read_parameter(parameter, *parameter.default_value); !value) {
      problems_.add(place, "the default is not allowed: " + value.error().message());
    }
  }

  // SQL knows tables without regard to case.
  void check_one_owner() {
    std::map<std::string, std::string> owners;
    for (const auto& [name, table] : pipeline_.tables) {
      auto [owner, is_new] = owners.emplace(lower(name), name);
      if (is_new) continue;
      problems_.add(locate(root_, {"tables", name}),
                    "the table '" + owner->second +
                        "' has the same name but for case; SQL cannot "
                        "tell them apart");
    }
  }

  // /a/{b} and /a/{c} answer the same requests.
  void check_paths_differ() {
    std::map<std::string, std::string> owners;
    for (const auto& [path, endpoint] : pipeline_.api) {
      std::string shape;
      bool in_parameter = false;
      for (char c : path) {
        if (!in_parameter) shape += c;
        if (c == '{') in_parameter = true;
        if (c == '}') in_parameter = false;
      }
      auto [owner, is_new] = owners.emplace(shape, path);
      if (is_new) continue;
      problems_.add(locate(root_, {"api", path}),
                    "'" + owner->second + "' answers the same requests as '" + path + "'");
    }
  }

  void check_affixes() {
    for (const auto& [key, value] :
         {std::pair("prefix", &pipeline_.prefix), std::pair("suffix", &pipeline_.suffix)}) {
      if (value->empty() || check_topic_name(*value)) continue;
      problems_.add(locate(root_, {key}),
                    "it becomes part of names: letters, digits, '.', '_' and '-' only");
    }
  }

  const Pipeline& pipeline_;
  const Node& root_;
  Problems& problems_;
  std::vector<std::string> place_;
};

}  // namespace

void check_graph(const Pipeline& pipeline, const Node& root, Problems& problems) {
  GraphCheck(pipeline, root, problems).run();
  if (problems.empty()) check_security(pipeline, root, problems);
  if (problems.empty()) check_access(pipeline, root, problems);
}

}  // namespace tarn::pipeline
