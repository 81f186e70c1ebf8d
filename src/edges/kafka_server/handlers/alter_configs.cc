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

// What is set for a topic or for brokers, and how it is in force.
struct Present {
  broker::ConfigMap own;
  std::vector<broker::ConfigEntry> entries;
};

Changes changes_of(const Present& present, const AlterConfigsRequest::Resource& wanted) {
  broker::ConfigChanges changes;
  for (const auto& [key, value] : present.own) changes[key] = std::nullopt;
  for (const auto& config : wanted.configs) {
    auto& change = changes[std::string(config.name)];
    change.reset();
    if (config.value) change = std::string(*config.value);
  }
  return changes;
}

Changes changes_of(const Present& present, const IncrementalAlterConfigsRequest::Resource& wanted) {
  broker::ConfigChanges changes;
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
    const auto entry = std::ranges::find(present.entries, key, &broker::ConfigEntry::name);
    if (entry == present.entries.end() || entry->type != broker::ConfigType::list) {
      return refuse_config(key + " is not a list");
    }
    changes[key] = edit_list(entry->value(), value, operation);
  }
  return changes;
}

AlteredResource refused(AlteredResource answer, KafkaError error, std::string message) {
  answer.error_code = code(error);
  answer.error_message = std::move(message);
  return answer;
}

AlteredResource refused(AlteredResource answer, const broker::Refusal& why) {
  return refused(std::move(answer), to_kafka(why.reason), why.message);
}

template <class Resource>
runtime::Awaitable<AlteredResource> alter_topic(Services services, Resource wanted,
                                                broker::Validate validate) {
  AlteredResource answer{.resource_type = wanted.resource_type,
                         .resource_name = std::string(wanted.resource_name)};
  const TopicName name(answer.resource_name);
  const auto& topics = services.broker.topics();
  const auto* topic = topics.find(name);
  if (topic == nullptr) {
    co_return refused(answer, KafkaError::unknown_topic_or_partition, "there is no such topic");
  }
  auto entries = broker::describe_topic_config(topic->config, topics.broker_configs());
  auto changes = changes_of({topic->config, std::move(entries)}, wanted);
  if (!changes) co_return refused(answer, changes.error());
  auto altered = co_await services.broker.alter_topic_config(name, *std::move(changes), validate);
  if (!altered) co_return refused(answer, altered.error());
  co_return answer;
}

template <class Resource>
runtime::Awaitable<AlteredResource> alter_broker(Services services, Resource wanted,
                                                 broker::Validate validate) {
  AlteredResource answer{.resource_type = wanted.resource_type,
                         .resource_name = std::string(wanted.resource_name)};
  const bool is_for_all = answer.resource_name.empty();
  if (!is_for_all && answer.resource_name != std::to_string(services.node_id)) {
    co_return refused(answer, KafkaError::invalid_request, "there is no such broker");
  }
  const auto& configs = services.broker.topics().broker_configs();
  auto changes = changes_of(
      {is_for_all ? configs.of_all : configs.of_this, services.broker.describe_config()}, wanted);
  if (!changes) co_return refused(answer, changes.error());
  auto altered = co_await services.broker.alter_broker_config(
      is_for_all ? broker::BrokerScope::all : broker::BrokerScope::this_one, *std::move(changes),
      validate);
  if (!altered) co_return refused(answer, altered.error());
  co_return answer;
}

template <class Resource>
runtime::Awaitable<AlteredResource> alter(Services services, Resource wanted,
                                          broker::Validate validate) {
  if (wanted.resource_type == kResourceTopic) {
    co_return co_await alter_topic(services, wanted, validate);
  }
  if (wanted.resource_type == kResourceBroker) {
    co_return co_await alter_broker(services, wanted, validate);
  }
  co_return refused(
      {.resource_type = wanted.resource_type, .resource_name = std::string(wanted.resource_name)},
      KafkaError::invalid_request,
      "only the configuration of topics and brokers can be changed here");
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
  return deferred<AlterConfigsRequest>(services, std::move(context), permits::kConfigs, handle);
}

Result<PendingAnswer> incremental_alter_configs(const Services& services, RequestContext context) {
  return deferred<IncrementalAlterConfigsRequest>(services, std::move(context), permits::kConfigs,
                                                  handle_incremental);
}

}  // namespace tarn::kafka_server
