#include <algorithm>

#include "formats/pipeline/graph.h"
#include "formats/pipeline/security_check.h"
#include "formats/pipeline/sql_parameters.h"

namespace tarn::pipeline {
namespace {

void complete_sources(Pipeline& pipeline) {
  for (auto& [name, source] : pipeline.sources) {
    source.name = name;
    if (source.to.empty()) source.to = name;
  }
}

std::string default_partition_name(const PartitionExpression& by) {
  switch (by.transform) {
    case Transform::identity:
      return by.column;
    case Transform::year:
      return "year";
    case Transform::month:
      return "month";
    case Transform::day:
      return "day";
    case Transform::hour:
      return "hour";
  }
  return by.column;
}

void complete_tables(Pipeline& pipeline) {
  for (auto& [name, table] : pipeline.tables) {
    table.name = name;
    table.folder = name;
    auto source = pipeline.sources.find(name);
    if (table.from.empty())
      table.from = source == pipeline.sources.end() ? name : source->second.to;
    for (PartitionBy& part : table.partition_by) {
      if (part.name.empty()) part.name = default_partition_name(part.by);
    }
  }
}

bool names_a_file(const std::string& sql) {
  return sql.ends_with(".sql") && sql.find_first_of(" \n\t;") == std::string::npos;
}

// /a/{b}/{c} -> b, c
std::vector<std::string> path_parameters(const std::string& path) {
  std::vector<std::string> names;
  for (size_t open = path.find('{'); open != std::string::npos; open = path.find('{', open + 1)) {
    size_t close = path.find('}', open);
    if (close == std::string::npos) break;
    names.push_back(path.substr(open + 1, close - open - 1));
  }
  return names;
}

void complete_endpoint(Endpoint& endpoint, const Position& at, const ParseOptions& options,
                       Problems& problems) {
  if (names_a_file(endpoint.sql) && options.read_file) {
    if (auto text = options.read_file(endpoint.sql)) {
      endpoint.sql = *std::move(text);
    } else {
      problems.add(at, "the file of sql: cannot be read: " + text.error().message());
    }
  }
  for (const std::string& name : path_parameters(endpoint.path)) {
    auto declared = std::ranges::find(endpoint.params, name, &Parameter::name);
    if (declared == endpoint.params.end()) {
      endpoint.params.push_back({.name = name, .in_path = true});
    } else {
      declared->in_path = true;
    }
  }
}

}  // namespace

void complete(Pipeline& pipeline, const Node& root, const ParseOptions& options,
              Problems& problems) {
  complete_sources(pipeline);
  complete_tables(pipeline);
  complete_security(pipeline);
  for (auto& [name, topic] : pipeline.topics) topic.name = name;
  Problems::Step section(problems, "api");
  for (auto& [path, endpoint] : pipeline.api) {
    Problems::Step step(problems, path);
    endpoint.path = path;
    complete_endpoint(endpoint, locate(root, {"api", path, "sql"}), options, problems);
  }
}

void apply_affixes(Pipeline& pipeline) {
  auto renamed = [&](const std::string& name) { return pipeline.prefix + name + pipeline.suffix; };
  for (auto& [name, source] : pipeline.sources) source.to = renamed(source.to);
  for (auto& [name, table] : pipeline.tables) {
    table.from = renamed(table.from);
    table.folder = renamed(table.folder);
  }
  std::map<std::string, Topic> topics;
  for (auto& [name, topic] : pipeline.topics) {
    topic.name = renamed(name);
    topics.emplace(topic.name, topic);
  }
  pipeline.topics = std::move(topics);
}

}  // namespace tarn::pipeline
