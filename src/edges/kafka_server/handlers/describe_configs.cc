#include "formats/kafka_protocol/describe_configs.h"

#include <algorithm>

#include "edges/kafka_server/handler.h"
#include "formats/kafka_protocol/resources.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;
using Wanted = DescribeConfigsRequest::Resource;

DescribeConfigsResponse::Config describe(const broker::ConfigEntry& entry,
                                         const DescribeConfigsRequest& request) {
  DescribeConfigsResponse::Config config{
      .name = entry.name,
      .value = entry.value(),
      .read_only = entry.read_only,
      .config_source = static_cast<int8_t>(entry.source()),
      .config_type = static_cast<int8_t>(entry.type),
  };
  if (request.include_documentation) config.documentation = entry.doc;
  if (!request.include_synonyms) return config;
  for (const auto& one : entry.values) {
    config.synonyms.push_back(
        {.name = one.name, .value = one.value, .source = static_cast<int8_t>(one.source)});
  }
  return config;
}

// What is set for all brokers while they run.
std::vector<broker::ConfigEntry> describe_defaults(const Services& services) {
  auto entries = services.broker.describe_config();
  for (auto& entry : entries) {
    std::erase_if(entry.values, [](const broker::ConfigSynonym& one) {
      return one.source != broker::ConfigSource::dynamic_default;
    });
  }
  std::erase_if(entries, [](const broker::ConfigEntry& one) { return one.values.empty(); });
  return entries;
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
  if (wanted.resource_type == kResourceTopic) {
    const auto* topic = services.broker.topics().find(TopicName(answer.resource_name));
    if (topic == nullptr) {
      refuse(answer, KafkaError::unknown_topic_or_partition, "there is no such topic");
      return answer;
    }
    entries =
        broker::describe_topic_config(topic->config, services.broker.topics().broker_configs());
  } else if (wanted.resource_type == kResourceBroker) {
    if (answer.resource_name.empty()) {
      entries = describe_defaults(services);
    } else if (answer.resource_name == std::to_string(services.node_id)) {
      entries = services.broker.describe_config();
    } else {
      refuse(answer, KafkaError::invalid_request, "there is no such broker");
    }
  } else {
    refuse(answer, KafkaError::invalid_request, "only topics and brokers have a configuration");
  }
  for (const auto& entry : entries) {
    if (is_wanted(wanted, entry.name)) answer.configs.push_back(describe(entry, request));
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
  return deferred<DescribeConfigsRequest>(services, std::move(context), permits::kConfigs, handle);
}

}  // namespace tarn::kafka_server
