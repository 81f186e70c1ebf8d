// AlterConfigs replaces the whole configuration of a topic, IncrementalAlterConfigs changes keys.
#include "formats/kafka_protocol/alter_configs.h"

#include <algorithm>

#include "edges/kafka_server/handler.h"
#include "formats/kafka_protocol/resources.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;
using Changes = broker::Answer<broker::ConfigChanges>;

broker::Validate validate_of(bool only) {
  return only ? broker::Validate::only : broker::Validate::and_do;
}

Changes refuse_config(std::string message) {
  return broker::refuse(broker::Reason::invalid_config, std::move(message));
}

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> parts;
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    if (comma > 0) parts.emplace_back(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return parts;
}

std::string join(const std::vector<std::string>& parts) {
  std::string list;
  for (const auto& part : parts) list += (list.empty() ? "" : ",") + part;
  return list;
}

// The value of a list after some words were added or taken away.
std::string edit_list(std::string_view now, std::string_view words, ConfigOperation operation) {
  auto parts = split(now);
  for (const auto& word : split(words)) {
    const auto at = std::ranges::find(parts, word);
    if (operation == ConfigOperation::append && at == parts.end()) parts.push_back(word);
    if (operation == ConfigOperation::subtract && at != parts.end()) parts.erase(at);
  }
  return join(parts);
}

Changes changes_of(const broker::Topic& topic, const AlterConfigsRequest::Resource& wanted) {
  broker::ConfigChanges changes;
  for (const auto& [key, value] : topic.config) changes[key] = std::nullopt;
  for (const auto& config : wanted.configs) {
    auto& change = changes[std::string(config.name)];
    change.reset();
    if (config.value) change = std::string(*config.value);
  }
  return changes;
}

Changes changes_of(const broker::Topic& topic,
                   const IncrementalAlterConfigsRequest::Resource& wanted) {
  broker::ConfigChanges changes;
  const auto entries = broker::describe_topic_config(topic.config);
  for (const auto& config : wanted.configs) {
    const std::string key(config.name);
    const std::string value(config.value.value_or(""));
    const auto operation = static_cast<ConfigOperation>(config.operation);
    switch (operation) {
      case ConfigOperation::set:
        changes[key] = value;
        continue;
      case ConfigOperation::remove:
        changes[key] = std::nullopt;
        continue;
      case ConfigOperation::append:
      case ConfigOperation::subtract:
        break;
      default:
        return refuse_config("an unknown operation on " + key);
    }
    const auto entry = std::ranges::find(entries, key, &broker::ConfigEntry::name);
    if (entry == entries.end() || entry->type != broker::ConfigType::list) {
      return refuse_config(key + " is not a list");
    }
    changes[key] = edit_list(entry->value, value, operation);
  }
  return changes;
}

AlteredResource refused(AlteredResource answer, KafkaError error, std::string message) {
  answer.error_code = code(error);
  answer.error_message = std::move(message);
  return answer;
}

template <class Resource>
runtime::Awaitable<AlteredResource> alter(Services services, Resource wanted,
                                          broker::Validate validate) {
  AlteredResource answer{.resource_type = wanted.resource_type,
                         .resource_name = std::string(wanted.resource_name)};
  if (wanted.resource_type != kResourceTopic) {
    co_return refused(answer, KafkaError::invalid_request,
                      "only the configuration of topics can be changed here");
  }
  const TopicName name(answer.resource_name);
  const auto* topic = services.broker.topics().find(name);
  if (topic == nullptr) {
    co_return refused(answer, KafkaError::unknown_topic_or_partition, "there is no such topic");
  }
  auto changes = changes_of(*topic, wanted);
  if (!changes) {
    co_return refused(answer, to_kafka(changes.error().reason), changes.error().message);
  }
  auto altered = co_await services.broker.alter_topic_config(name, *std::move(changes), validate);
  if (!altered) {
    co_return refused(answer, to_kafka(altered.error().reason), altered.error().message);
  }
  co_return answer;
}

runtime::Awaitable<AlterConfigsResponse> handle(Services services, RequestContext,
                                                AlterConfigsRequest request) {
  AlterConfigsResponse response;
  for (const auto& resource : request.resources) {
    response.resources.push_back(
        co_await alter(services, resource, validate_of(request.validate_only)));
  }
  co_return response;
}

runtime::Awaitable<IncrementalAlterConfigsResponse> handle_incremental(
    Services services, RequestContext, IncrementalAlterConfigsRequest request) {
  IncrementalAlterConfigsResponse response;
  for (const auto& resource : request.resources) {
    response.resources.push_back(
        co_await alter(services, resource, validate_of(request.validate_only)));
  }
  co_return response;
}

}  // namespace

Result<PendingAnswer> alter_configs(const Services& services, RequestContext context) {
  return deferred<AlterConfigsRequest>(services, std::move(context), handle);
}

Result<PendingAnswer> incremental_alter_configs(const Services& services, RequestContext context) {
  return deferred<IncrementalAlterConfigsRequest>(services, std::move(context), handle_incremental);
}

}  // namespace tarn::kafka_server
