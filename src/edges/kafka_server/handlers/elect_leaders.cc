#include "edges/kafka_server/handler.h"
#include "formats/kafka_protocol/leaders.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

// The one node leads everything, and always has.
ElectLeadersResponse handle(Services services, RequestContext, ElectLeadersRequest request) {
  ElectLeadersResponse response;
  if (!request.topics) return response;
  for (const auto& topic : *request.topics) {
    auto& answer = response.results.emplace_back();
    answer.topic = topic.topic;
    for (const int32_t index : topic.partitions) {
      const bool is_there = services.broker.topics()
                                .log_of({TopicName(answer.topic), PartitionId(index)})
                                .has_value();
      answer.partitions.push_back(
          {.partition_id = index,
           .error_code = code(is_there ? KafkaError::election_not_needed
                                       : KafkaError::unknown_topic_or_partition)});
    }
  }
  return response;
}

Rest permit(const Services& services, const Guard& guard, ElectLeadersRequest& request,
            ElectLeadersResponse& refused) {
  const auto rest = permits::kCluster(services, guard, request, refused);
  if (rest == Rest::to_do || !request.topics) return rest;
  for (const auto& topic : *request.topics) {
    refused.results.push_back(
        permits::refuse_topic<ElectLeadersResponse::Topic>(topic, refused.error_code));
  }
  return rest;
}

}  // namespace

Result<PendingAnswer> elect_leaders(const Services& services, RequestContext context) {
  return deferred<ElectLeadersRequest>(services, std::move(context), permit, handle);
}

}  // namespace tarn::kafka_server
