#include "formats/pipeline/parse.h"

#include <algorithm>
#include <map>

#include "formats/pipeline/description.h"
#include "formats/pipeline/graph.h"
#include "formats/pipeline/nearest.h"
#include "formats/pipeline/node.h"
#include "formats/pipeline/sql_parameters.h"

namespace tarn::pipeline {
namespace {

// Merges the environment into the root and takes it out of environments:, which leaves the others
// to be read for their mistakes.
void choose_environment(Node& root, const std::string& name, Problems& problems) {
  Node* environments = root.find("environments");
  std::vector<std::string> known;
  if (environments != nullptr) {
    for (const Node::Entry& entry : environments->entries) known.push_back(entry.key);
  }
  auto chosen = std::ranges::find(known, name);
  if (chosen == known.end()) {
    std::string message = known.empty() ? "environments: is missing or empty"
                                        : "environments: knows " + join_words(known);
    if (auto close = nearest(name, known)) message += "; did you mean '" + *close + "'?";
    problems.add({.line = 0, .column = 0, .origin = "--env " + name}, message);
    return;
  }
  auto entry = environments->entries.begin() + (chosen - known.begin());
  Node overlay = std::move(entry->value);
  environments->entries.erase(entry);
  if (overlay.kind == Node::Kind::null) return;
  if (overlay.kind != Node::Kind::map) {
    problems.add(overlay.at, "an environment has the same keys as the file");
    return;
  }
  merge_into(root, overlay);
}

void bind_names(Pipeline& pipeline) {
  for (auto& [path, endpoint] : pipeline.api) {
    endpoint.sql = read_sql_parameters(endpoint.sql).statement;
  }
}

}  // namespace

std::expected<Pipeline, std::vector<Problem>> parse(std::string_view text,
                                                    const ParseOptions& options) {
  Problems problems;
  Node root = parse_yaml(text, problems);
  if (root.kind == Node::Kind::null && !problems.empty()) {
    return std::unexpected(std::move(problems).take());
  }
  if (options.environment) choose_environment(root, *options.environment, problems);
  for (const std::string& setting : options.settings) apply_setting(root, setting, problems);

  Pipeline pipeline;
  auto description = describe_pipeline();
  description.shape->read(*description.shape, root, &pipeline, problems);
  complete(pipeline, root, options, problems);
  check_graph(pipeline, root, problems);
  if (!problems.empty()) return std::unexpected(std::move(problems).take());
  apply_affixes(pipeline);
  bind_names(pipeline);
  return pipeline;
}

std::map<std::string, std::string> secret_names(const Pipeline& pipeline) {
  std::map<std::string, std::string> places;
  for (const auto& [name, source] : pipeline.sources) {
    if (!source.http) continue;
    auto collect = [&](const std::map<std::string, SecretText>& values, const std::string& where) {
      for (const auto& [key, value] : values) {
        for (const std::string& secret : value.names()) {
          places.emplace(secret, "sources." + name + ".http." + where + "." + key);
        }
      }
    };
    collect(source.http->headers, "headers");
    collect(source.http->query, "query");
  }
  for (const auto& [user, password] : pipeline.security.users) {
    for (const std::string& secret : password.names()) {
      places.emplace(secret, "security.users." + user);
    }
  }
  for (const auto& [id, key] : pipeline.security.aws) {
    for (const std::string& secret : key.secret.names())
      places.emplace(secret, "security.aws." + id);
  }
  return places;
}

}  // namespace tarn::pipeline
