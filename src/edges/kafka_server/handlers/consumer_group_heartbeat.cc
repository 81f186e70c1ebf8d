#include "edges/kafka_server/handler.h"
#include "formats/kafka_protocol/consumer_groups.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

constexpr int16_t kMemberIdRequiredFrom = 1;  // KIP-1082

std::optional<std::string> text_of(const std::optional<std::string_view>& text) {
  if (!text) return std::nullopt;
  return std::string(*text);
}

broker::ConsumerHeartbeatRequest to_broker(const RequestContext& context,
                                           const ConsumerGroupHeartbeatRequest& request) {
  broker::ConsumerHeartbeatRequest heartbeat{
      .group = GroupId(std::string(request.group_id)),
      .member_id = std::string(request.member_id),
      .member_id_rule = context.version >= kMemberIdRequiredFrom ? broker::MemberIdRule::required
                                                                 : broker::MemberIdRule::optional,
      .epoch = request.member_epoch,
      .instance_id = text_of(request.instance_id),
      .rack_id = text_of(request.rack_id),
      .client_id = context.client_id,
      .client_host = context.client_host,
      .rebalance_timeout = {},
      .topics = {},
      .regex = text_of(request.subscribed_topic_regex),
      .assignor = text_of(request.server_assignor),
      .owned = {},
  };
  if (request.rebalance_timeout_ms >= 0) {
    heartbeat.rebalance_timeout = Millis(request.rebalance_timeout_ms);
  }
  if (request.subscribed_topic_names) {
    auto& topics = heartbeat.topics.emplace();
    for (const auto name : *request.subscribed_topic_names) {
      topics.insert(TopicName(std::string(name)));
    }
  }
  if (request.topic_partitions) {
    auto& owned = heartbeat.owned.emplace();
    for (const auto& topic : *request.topic_partitions) {
      if (topic.partitions.empty()) continue;
      owned[topic.topic_id].insert(topic.partitions.begin(), topic.partitions.end());
    }
  }
  return heartbeat;
}

runtime::Awaitable<ConsumerGroupHeartbeatResponse> handle(Services services, RequestContext context,
                                                          ConsumerGroupHeartbeatRequest request) {
  auto heartbeat = to_broker(context, request);
  const Guard guard(services, context);
  heartbeat.may_see = [&guard](const TopicName& topic) {
    return guard.sees(ResourceType::topic, topic.value());
  };
  auto answer = co_await services.broker.groups().consumer_heartbeat(std::move(heartbeat));
  ConsumerGroupHeartbeatResponse response{
      .error_code = code_of(answer.error),
      .error_message = std::nullopt,
      .member_id = std::nullopt,
      .member_epoch = answer.epoch,
      .heartbeat_interval_ms = static_cast<int32_t>(answer.heartbeat_interval.count()),
      .assignment = std::nullopt,
  };
  if (!answer.message.empty()) response.error_message = std::move(answer.message);
  if (response.error_code != 0) co_return response;
  response.member_id = std::move(answer.member_id);
  if (!answer.assignment) co_return response;
  auto& topics = response.assignment.emplace().topic_partitions;
  for (const auto& [topic, partitions] : *answer.assignment) {
    topics.push_back({.topic_id = topic, .partitions = {partitions.begin(), partitions.end()}});
  }
  co_return response;
}

Rest permit(const Services& services, const Guard& guard, ConsumerGroupHeartbeatRequest& request,
            ConsumerGroupHeartbeatResponse& refused) {
  if (permits::kGroup(services, guard, request, refused) == Rest::none) return Rest::none;
  if (!request.subscribed_topic_names) return Rest::to_do;
  for (const auto name : *request.subscribed_topic_names) {
    if (guard.may(ResourceType::topic, name)) continue;
    refused.error_code = permits::code_of_denial(ResourceType::topic);
    return Rest::none;
  }
  return Rest::to_do;
}

}  // namespace

Result<PendingAnswer> consumer_group_heartbeat(const Services& services, RequestContext context) {
  return deferred<ConsumerGroupHeartbeatRequest>(services, std::move(context), permit, handle);
}

}  // namespace tarn::kafka_server
