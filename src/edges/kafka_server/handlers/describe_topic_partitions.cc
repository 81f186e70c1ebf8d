#include "formats/kafka_protocol/describe_topic_partitions.h"

#include <algorithm>
#include <set>

#include "edges/kafka_server/handler.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;
using Response = DescribeTopicPartitionsResponse;

constexpr int32_t kPartitionsMax = 2000;  // Kafka's max.request.partition.size.limit

Response::Partition describe(const Services& services, const TopicPartition& which) {
  auto state = services.broker.partition_state(which);
  return {.error_code = state ? int16_t{0} : code_of(state.error()),
          .partition_index = which.partition.value(),
          .leader_id = services.node_id,
          .leader_epoch = state ? state->epoch.value() : -1,
          .replica_nodes = {services.node_id},
          .isr_nodes = {services.node_id},
          .eligible_leader_replicas = std::vector<int32_t>(),
          .last_known_elr = std::vector<int32_t>(),
          .offline_replicas = {}};
}

// In the order of their names, from the cursor on.
std::set<std::string> wanted_names(const Services& services, const Guard& guard,
                                   const DescribeTopicPartitionsRequest& request) {
  std::set<std::string> names;
  for (const auto& topic : request.topics) names.emplace(topic.name);
  if (request.topics.empty()) {
    for (const auto& [name, topic] : services.broker.topics().all()) {
      if (guard.sees(ResourceType::topic, name.value())) names.insert(name.value());
    }
  }
  if (request.cursor) {
    names.erase(names.begin(), names.lower_bound(std::string(request.cursor->topic_name)));
  }
  return names;
}

// As many partitions as one answer may have, and where the next one is to begin (KIP-966).
Response handle(Services services, RequestContext context, DescribeTopicPartitionsRequest request) {
  const Guard guard(services, context);
  Response response;
  int32_t left = std::clamp(request.response_partition_limit, 1, kPartitionsMax);
  for (const auto& name : wanted_names(services, guard, request)) {
    const auto* topic = services.broker.topics().find(TopicName(name));
    if (topic == nullptr) {
      response.topics.push_back({.error_code = code_of_unknown({}), .name = name, .topic_id = {}});
      continue;
    }
    const bool goes_on = request.cursor && request.cursor->topic_name == name;
    int32_t partition = goes_on ? std::max(request.cursor->partition_index, 0) : 0;
    if (left == 0) {
      response.next_cursor = {.topic_name = name, .partition_index = partition};
      break;
    }
    auto& described = response.topics.emplace_back();
    described = {.name = name, .topic_id = topic->id, .is_internal = topic->is_internal()};
    described.topic_authorized_operations =
        guard.operations(kTopicOperations, ResourceType::topic, name);
    for (; partition < topic->partition_count() && left > 0; ++partition, --left) {
      described.partitions.push_back(describe(services, {topic->name, PartitionId(partition)}));
    }
    if (partition < topic->partition_count()) {
      response.next_cursor = {.topic_name = name, .partition_index = partition};
      break;
    }
  }
  return response;
}

// Nothing named means everything, so there is nothing to do when all that was named is refused.
Rest permit(const Services&, const Guard& guard, DescribeTopicPartitionsRequest& request,
            Response& refused) {
  if (request.topics.empty()) return Rest::to_do;
  permits::take_out(
      request.topics, [&](const auto& topic) { return guard.may(ResourceType::topic, topic.name); },
      [&](const auto& topic) {
        refused.topics.push_back({.error_code = permits::code_of_denial(ResourceType::topic),
                                  .name = std::string(topic.name),
                                  .topic_id = {}});
      });
  return request.topics.empty() ? Rest::none : Rest::to_do;
}

}  // namespace

Result<PendingAnswer> describe_topic_partitions(const Services& services, RequestContext context) {
  return deferred<DescribeTopicPartitionsRequest>(services, std::move(context), permit, handle);
}

}  // namespace tarn::kafka_server
