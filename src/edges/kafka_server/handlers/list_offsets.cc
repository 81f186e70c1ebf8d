#include "formats/kafka_protocol/list_offsets.h"

#include <set>

#include "edges/kafka_server/handler.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

// None: a timestamp that has no meaning in this version.
std::optional<broker::OffsetQuery> query_of(int64_t timestamp, int16_t version) {
  if (timestamp >= 0) return broker::OffsetAt{from_unix_millis(timestamp)};
  if (timestamp == kLatestTimestamp) return broker::LatestOffset{};
  if (timestamp == kEarliestTimestamp) return broker::EarliestOffset{};
  if (timestamp == kMaxTimestamp && version >= 7) return broker::MaxTimestampOffset{};
  // Nothing is tiered: what is here is all there is.
  if (timestamp == kEarliestLocalTimestamp && version >= 8) return broker::EarliestOffset{};
  return std::nullopt;
}

runtime::Awaitable<ListOffsetsResponse::Partition> find(Services services, TopicName topic,
                                                        ListOffsetsRequest::Partition wanted,
                                                        broker::Isolation isolation,
                                                        int16_t version) {
  ListOffsetsResponse::Partition answer{.partition_index = wanted.partition_index};
  if (wanted.timestamp == kLatestTieredTimestamp && version >= 9) co_return answer;
  auto query = query_of(wanted.timestamp, version);
  if (!query) {
    answer.error_code = code(KafkaError::invalid_request);
    co_return answer;
  }
  auto found =
      co_await services.broker.find_offset({topic, PartitionId(wanted.partition_index)}, *query,
                                           isolation, epoch_of(wanted.current_leader_epoch));
  if (!found) {
    answer.error_code = code_of(found.error());
  } else if (*found) {
    answer.offset = (*found)->offset.value();
    answer.leader_epoch = (*found)->epoch.value();
    if ((*found)->timestamp) answer.timestamp = unix_millis(*(*found)->timestamp);
  }
  co_return answer;
}

runtime::Awaitable<ListOffsetsResponse> handle(Services services, RequestContext context,
                                               ListOffsetsRequest request) {
  const auto isolation = request.isolation_level == 1 ? broker::Isolation::read_committed
                                                      : broker::Isolation::read_uncommitted;
  std::multiset<std::pair<std::string_view, int32_t>> named;
  for (const auto& topic : request.topics) {
    for (const auto& partition : topic.partitions) {
      named.emplace(topic.name, partition.partition_index);
    }
  }
  ListOffsetsResponse response;
  for (const auto& topic : request.topics) {
    auto& answer = response.topics.emplace_back();
    answer.name = topic.name;
    for (const auto& partition : topic.partitions) {
      if (named.count({topic.name, partition.partition_index}) > 1) {
        answer.partitions.push_back({.partition_index = partition.partition_index,
                                     .error_code = code(KafkaError::invalid_request)});
        continue;
      }
      answer.partitions.push_back(
          co_await find(services, TopicName(answer.name), partition, isolation, context.version));
    }
  }
  co_return response;
}

}  // namespace

Result<PendingAnswer> list_offsets(const Services& services, RequestContext context) {
  return deferred<ListOffsetsRequest>(services, std::move(context), permits::kTopics, handle);
}

}  // namespace tarn::kafka_server
