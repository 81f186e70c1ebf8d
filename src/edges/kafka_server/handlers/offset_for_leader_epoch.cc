#include "edges/kafka_server/handler.h"
#include "formats/kafka_protocol/leader_epochs.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

runtime::Awaitable<OffsetForLeaderEpochResponse> handle(Services services, RequestContext,
                                                        OffsetForLeaderEpochRequest request) {
  OffsetForLeaderEpochResponse response;
  for (const auto& topic : request.topics) {
    auto& answer = response.topics.emplace_back();
    answer.topic = topic.topic;
    for (const auto& partition : topic.partitions) {
      auto& place = answer.partitions.emplace_back();
      place.partition = partition.partition;
      auto end = co_await services.broker.epoch_end(
          {TopicName(answer.topic), PartitionId(partition.partition)},
          LeaderEpoch(partition.leader_epoch), epoch_of(partition.current_leader_epoch));
      if (!end) {
        place.error_code = code_of(end.error());
      } else if (*end) {
        place.leader_epoch = (*end)->epoch.value();
        place.end_offset = (*end)->end.value();
      }
    }
  }
  co_return response;
}

}  // namespace

Result<PendingAnswer> offset_for_leader_epoch(const Services& services, RequestContext context) {
  return deferred<OffsetForLeaderEpochRequest>(services, std::move(context), permits::kTopics,
                                               handle);
}

}  // namespace tarn::kafka_server
