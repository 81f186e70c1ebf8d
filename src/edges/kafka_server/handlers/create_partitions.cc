#include "formats/kafka_protocol/create_partitions.h"

#include <set>

#include "edges/kafka_server/handler.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

constexpr int16_t kStrictQuotaFrom = 3;

// The replicas of the new partitions, when they are spelled out: each on this node alone.
bool assignments_fit(const Services& services, const CreatePartitionsRequest::Topic& wanted) {
  if (!wanted.assignments) return true;
  for (const auto& assignment : *wanted.assignments) {
    if (assignment.broker_ids != std::vector{services.node_id}) return false;
  }
  return true;
}

runtime::Awaitable<CreatePartitionsResponse::Topic> grow(Services services, RequestContext context,
                                                         CreatePartitionsRequest::Topic wanted,
                                                         broker::Validate validate) {
  CreatePartitionsResponse::Topic answer{.name = std::string(wanted.name)};
  if (!assignments_fit(services, wanted)) {
    answer.error_code = code(KafkaError::invalid_replica_assignment);
    answer.error_message = "this cluster has one node, which holds every partition";
    co_return answer;
  }
  const auto* topic = services.broker.topics().find(TopicName(answer.name));
  const int32_t added = wanted.count - (topic == nullptr ? 0 : topic->partition_count());
  if (validate == broker::Validate::and_do && added > 0 &&
      is_too_much(context, kStrictQuotaFrom, added)) {
    answer.error_code = code(KafkaError::throttling_quota_exceeded);
    answer.error_message = "the quota controller_mutation_rate is used up: try again later";
    co_return answer;
  }
  auto grown =
      co_await services.broker.create_partitions(TopicName(answer.name), wanted.count, validate);
  if (!grown) {
    answer.error_code = code_of(grown.error());
    answer.error_message = grown.error().message;
  }
  co_return answer;
}

runtime::Awaitable<CreatePartitionsResponse> handle(Services services, RequestContext context,
                                                    CreatePartitionsRequest request) {
  const auto validate = request.validate_only ? broker::Validate::only : broker::Validate::and_do;
  std::multiset<std::string_view> names;
  for (const auto& topic : request.topics) names.insert(topic.name);
  CreatePartitionsResponse response;
  for (const auto& topic : request.topics) {
    if (names.count(topic.name) > 1) {
      response.topics.push_back({.name = std::string(topic.name),
                                 .error_code = code(KafkaError::invalid_request),
                                 .error_message = "the request names this topic more than once"});
    } else {
      response.topics.push_back(co_await grow(services, context, topic, validate));
    }
  }
  co_return response;
}

Rest permit(const Services&, const Guard& guard, CreatePartitionsRequest& request,
            CreatePartitionsResponse& refused) {
  permits::take_out(
      request.topics,
      [&](const auto& wanted) { return guard.may(ResourceType::topic, wanted.name); },
      [&](const auto& wanted) {
        refused.topics.push_back({.name = std::string(wanted.name),
                                  .error_code = code(KafkaError::topic_authorization_failed),
                                  .error_message = "more partitions need ALTER on the topic"});
      });
  return Rest::to_do;
}

}  // namespace

Result<PendingAnswer> create_partitions(const Services& services, RequestContext context) {
  return deferred<CreatePartitionsRequest>(services, std::move(context), permit, handle);
}

}  // namespace tarn::kafka_server
