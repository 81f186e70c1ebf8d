#include "formats/kafka_protocol/create_topics.h"

#include <algorithm>
#include <set>

#include "edges/kafka_server/handler.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;
using Wanted = CreateTopicsRequest::Topic;
using needs::kDescribeTopicConfigs;

constexpr int16_t kStrictQuotaFrom = 6;

CreateTopicsResponse::Topic refused(const Wanted& wanted, KafkaError error, std::string message) {
  return {.name = std::string(wanted.name),
          .error_code = code(error),
          .error_message = std::move(message)};
}

// Replicas spelled out by hand: one for each partition from 0 on, all on this node.
bool assignments_fit(const Services& services, const Wanted& wanted) {
  std::set<int32_t> seen;
  for (const auto& assignment : wanted.assignments) {
    if (assignment.broker_ids != std::vector{services.node_id}) return false;
    seen.insert(assignment.partition_index);
  }
  const auto count = static_cast<int32_t>(wanted.assignments.size());
  return std::ssize(seen) == count && *seen.begin() == 0 && *seen.rbegin() == count - 1;
}

broker::NewTopic new_topic(const Wanted& wanted) {
  broker::NewTopic topic{.name = TopicName(std::string(wanted.name))};
  if (!wanted.assignments.empty()) {
    topic.partitions = static_cast<int32_t>(wanted.assignments.size());
  } else if (wanted.num_partitions != -1) {
    topic.partitions = wanted.num_partitions;
  }
  if (wanted.assignments.empty() && wanted.replication_factor != -1) {
    topic.replication_factor = wanted.replication_factor;
  }
  for (const auto& config : wanted.configs) {
    if (config.value) topic.config[std::string(config.name)] = *config.value;
  }
  return topic;
}

// What a topic looks like is told to who may see its configuration.
CreateTopicsResponse::Topic created(const Services& services, const Guard& guard,
                                    const broker::Topic& topic) {
  if (!guard.sees(kDescribeTopicConfigs, topic.name.value())) {
    return {.name = topic.name.value(),
            .topic_id = topic.id,
            .topic_config_error_code = code(KafkaError::topic_authorization_failed)};
  }
  CreateTopicsResponse::Topic answer{.name = topic.name.value(),
                                     .topic_id = topic.id,
                                     .num_partitions = topic.partition_count(),
                                     .replication_factor = topic.replication_factor};
  auto& configs = answer.configs.emplace();
  for (const auto& entry :
       broker::describe_topic_config(topic.config, services.broker.topics().broker_configs())) {
    configs.push_back({.name = entry.name,
                       .value = entry.value(),
                       .read_only = entry.read_only,
                       .config_source = static_cast<int8_t>(entry.source())});
  }
  return answer;
}

runtime::Awaitable<CreateTopicsResponse::Topic> create(Services services, RequestContext context,
                                                       Wanted wanted, broker::Validate validate) {
  const int32_t partitions =
      std::max({wanted.num_partitions, 1, static_cast<int32_t>(wanted.assignments.size())});
  if (validate == broker::Validate::and_do && is_too_much(context, kStrictQuotaFrom, partitions)) {
    co_return refused(wanted, KafkaError::throttling_quota_exceeded,
                      "the quota controller_mutation_rate is used up: try again later");
  }
  if (!wanted.assignments.empty() && !assignments_fit(services, wanted)) {
    co_return refused(wanted, KafkaError::invalid_replica_assignment,
                      "this cluster has one node, " + std::to_string(services.node_id) +
                          ": give each partition from 0 on that one replica, or none");
  }
  auto topic = co_await services.broker.create_topic(new_topic(wanted), validate);
  if (topic) co_return created(services, Guard(services, context), *topic);
  co_return refused(wanted, to_kafka(topic.error().reason), topic.error().message);
}

runtime::Awaitable<CreateTopicsResponse> handle(Services services, RequestContext context,
                                                CreateTopicsRequest request) {
  std::multiset<std::string_view> names;
  for (const auto& topic : request.topics) names.insert(topic.name);
  const auto validate = request.validate_only ? broker::Validate::only : broker::Validate::and_do;
  CreateTopicsResponse response;
  for (const auto& topic : request.topics) {
    if (names.count(topic.name) > 1) {
      response.topics.push_back(refused(topic, KafkaError::invalid_request,
                                        "the request names this topic more than once"));
    } else {
      response.topics.push_back(co_await create(services, context, topic, validate));
    }
  }
  co_return response;
}

// Who may create in the cluster may create any topic.
Rest permit(const Services&, const Guard& guard, CreateTopicsRequest& request,
            CreateTopicsResponse& refused_answers) {
  if (guard.sees(ResourceType::cluster, access::kClusterName)) return Rest::to_do;
  permits::take_out(
      request.topics,
      [&](const Wanted& wanted) { return guard.may(ResourceType::topic, wanted.name); },
      [&](const Wanted& wanted) {
        refused_answers.topics.push_back(refused(wanted, KafkaError::topic_authorization_failed,
                                                 "creating it needs CREATE on it or the cluster"));
      });
  return Rest::to_do;
}

}  // namespace

Result<PendingAnswer> create_topics(const Services& services, RequestContext context) {
  return deferred<CreateTopicsRequest>(services, std::move(context), permit, handle);
}

}  // namespace tarn::kafka_server
