#include "formats/kafka_protocol/delete_records.h"

#include "edges/kafka_server/handler.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

constexpr int64_t kAllRecords = -1;  // up to the high watermark

runtime::Awaitable<DeleteRecordsResponse> handle(Services services, RequestContext,
                                                 DeleteRecordsRequest request) {
  DeleteRecordsResponse response;
  for (const auto& topic : request.topics) {
    auto& answer = response.topics.emplace_back();
    answer.name = topic.name;
    for (const auto& partition : topic.partitions) {
      std::optional<Offset> before;
      if (partition.offset != kAllRecords) before = Offset(partition.offset);
      auto start = co_await services.broker.delete_records(
          {TopicName(answer.name), PartitionId(partition.partition_index)}, before);
      answer.partitions.push_back({.partition_index = partition.partition_index,
                                   .low_watermark = start ? start->value() : -1,
                                   .error_code = start ? int16_t{0} : code_of(start.error())});
    }
  }
  co_return response;
}

}  // namespace

Result<PendingAnswer> delete_records(const Services& services, RequestContext context) {
  return deferred<DeleteRecordsRequest>(services, std::move(context), permits::kTopics, handle);
}

}  // namespace tarn::kafka_server
