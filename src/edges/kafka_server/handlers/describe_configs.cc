#include "formats/kafka_protocol/describe_configs.h"

#include <algorithm>

#include "edges/kafka_server/handler.h"
#include "formats/kafka_protocol/resources.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;
using Wanted = DescribeConfigsRequest::Resource;

// Where a value comes from (ConfigEntry.ConfigSource).
constexpr int8_t kSourceTopic = 1;
constexpr int8_t kSourceBroker = 4;
constexpr int8_t kSourceDefault = 5;

DescribeConfigsResponse::Config describe(const broker::ConfigEntry& entry, int8_t own_source,
                                         const DescribeConfigsRequest& request) {
  DescribeConfigsResponse::Config config{
      .name = entry.name,
      .value = entry.value,
      .read_only = entry.read_only,
      .config_source = entry.is_default ? kSourceDefault : own_source,
      .config_type = static_cast<int8_t>(entry.type),
  };
  if (request.include_documentation) config.documentation = entry.doc;
  if (!request.include_synonyms) return config;
  if (!entry.is_default) {
    config.synonyms.push_back({.name = entry.name, .value = entry.value, .source = own_source});
  }
  config.synonyms.push_back(
      {.name = entry.name, .value = entry.default_value, .source = kSourceDefault});
  return config;
}

bool is_wanted(const Wanted& wanted, const std::string& name) {
  return !wanted.configuration_keys || wanted.configuration_keys->empty() ||
         std::ranges::find(*wanted.configuration_keys, name) != wanted.configuration_keys->end();
}

void refuse(DescribeConfigsResponse::Resource& answer, KafkaError error, std::string message) {
  answer.error_code = code(error);
  answer.error_message = std::move(message);
}

DescribeConfigsResponse::Resource describe(const Services& services, const Wanted& wanted,
                                           const DescribeConfigsRequest& request) {
  DescribeConfigsResponse::Resource answer{.resource_type = wanted.resource_type,
                                           .resource_name = std::string(wanted.resource_name)};
  std::vector<broker::ConfigEntry> entries;
  int8_t own_source = kSourceTopic;
  if (wanted.resource_type == kResourceTopic) {
    const auto* topic = services.broker.topics().find(TopicName(answer.resource_name));
    if (topic == nullptr) {
      refuse(answer, KafkaError::unknown_topic_or_partition, "there is no such topic");
      return answer;
    }
    entries = broker::describe_topic_config(topic->config);
  } else if (wanted.resource_type == kResourceBroker) {
    own_source = kSourceBroker;
    // Without a name the settings of all brokers that were changed while running: none.
    if (answer.resource_name == std::to_string(services.node_id)) {
      entries = services.broker.describe_config();
    } else if (!answer.resource_name.empty()) {
      refuse(answer, KafkaError::invalid_request, "there is no such broker");
    }
  } else {
    refuse(answer, KafkaError::invalid_request, "only topics and brokers have a configuration");
  }
  for (const auto& entry : entries) {
    if (is_wanted(wanted, entry.name))
      answer.configs.push_back(describe(entry, own_source, request));
  }
  return answer;
}

DescribeConfigsResponse handle(Services services, RequestContext, DescribeConfigsRequest request) {
  DescribeConfigsResponse response;
  for (const auto& resource : request.resources) {
    response.resources.push_back(describe(services, resource, request));
  }
  return response;
}

}  // namespace

Result<PendingAnswer> describe_configs(const Services& services, RequestContext context) {
  return deferred<DescribeConfigsRequest>(services, std::move(context), handle);
}

}  // namespace tarn::kafka_server
