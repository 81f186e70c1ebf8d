#include "app/table_specs.h"

namespace tarn::app {
namespace {

std::optional<lake::TimePart> time_part(pipeline::Transform transform) {
  switch (transform) {
    case pipeline::Transform::identity:
      return std::nullopt;
    case pipeline::Transform::year:
      return lake::TimePart::year;
    case pipeline::Transform::month:
      return lake::TimePart::month;
    case pipeline::Transform::day:
      return lake::TimePart::day;
    case pipeline::Transform::hour:
      return lake::TimePart::hour;
  }
  return std::nullopt;
}

lake::SchemaPolicy schema_policy(pipeline::SchemaPolicy policy) {
  switch (policy) {
    case pipeline::SchemaPolicy::evolve:
      return lake::SchemaPolicy::evolve;
    case pipeline::SchemaPolicy::freeze:
      return lake::SchemaPolicy::freeze;
    case pipeline::SchemaPolicy::reject_row:
      return lake::SchemaPolicy::reject_row;
    case pipeline::SchemaPolicy::null_value:
      return lake::SchemaPolicy::null_value;
  }
  return lake::SchemaPolicy::evolve;
}

lake::TableSpec table_spec(const pipeline::Table& table) {
  bool is_json = table.format == pipeline::TableFormat::json;
  lake::TableSpec spec;
  spec.name = table.name;
  spec.topics = {TopicName(table.from)};
  spec.format = is_json ? lake::TableFormat::json : lake::TableFormat::delta;
  spec.folder = table.folder;
  for (const auto& part : table.partition_by) {
    spec.partition_by.push_back({.column = part.by.column,
                                 .part = time_part(part.by.transform),
                                 .name = part.name,
                                 .format = part.format.value_or("")});
  }
  if (is_json) spec.path = table.path;
  spec.commit = {.every = table.commit.every, .size_bytes = table.commit.size};
  spec.schema = schema_policy(table.schema);
  auto implied = is_json ? pipeline::Metadata::none : pipeline::Metadata::all;
  spec.metadata_columns = table.metadata.value_or(implied) == pipeline::Metadata::all;
  return spec;
}

log::TopicSpec topic_spec(const pipeline::Topic& topic) {
  log::TopicSpec spec{.name = TopicName(topic.name),
                      .partitions = static_cast<int32_t>(topic.partitions)};
  if (topic.retention) {
    int64_t millis = topic.retention->count() < 0 ? -1 : topic.retention->count();
    spec.config["retention.ms"] = std::to_string(millis);
  }
  if (topic.retention_size) {
    spec.config["retention.bytes"] = std::to_string(*topic.retention_size);
  }
  for (const auto& [key, value] : topic.config) spec.config[key] = value;
  return spec;
}

}  // namespace

std::vector<lake::TableSpec> table_specs(const pipeline::Pipeline& pipeline) {
  std::vector<lake::TableSpec> specs;
  for (const auto& [name, table] : pipeline.tables) specs.push_back(table_spec(table));
  return specs;
}

std::vector<log::TopicSpec> topic_specs(const pipeline::Pipeline& pipeline) {
  std::map<std::string, log::TopicSpec> specs;
  for (const auto& [name, topic] : pipeline.topics) specs.emplace(name, topic_spec(topic));
  auto imply = [&](const std::string& name) {
    specs.emplace(name, log::TopicSpec{.name = TopicName(name)});
  };
  for (const auto& [name, source] : pipeline.sources) imply(source.to);
  for (const auto& [name, table] : pipeline.tables) imply(table.from);
  std::vector<log::TopicSpec> list;
  for (auto& [name, spec] : specs) list.push_back(std::move(spec));
  return list;
}

}  // namespace tarn::app
