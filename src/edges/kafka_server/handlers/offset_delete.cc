#include "formats/kafka_protocol/offset_delete.h"

#include "edges/kafka_server/handler.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

runtime::Awaitable<OffsetDeleteResponse> handle(Services services, RequestContext,
                                                OffsetDeleteRequest request) {
  OffsetDeleteResponse response;
  std::vector<TopicPartition> partitions;
  for (const auto& topic : request.topics) {
    auto& answer = response.topics.emplace_back();
    answer.name = topic.name;
    for (const int32_t index : topic.partitions) {
      answer.partitions.push_back({.partition_index = index});
      partitions.push_back({TopicName(answer.name), PartitionId(index)});
    }
  }
  auto deleted = co_await services.broker.groups().delete_offsets(
      GroupId(std::string(request.group_id)), std::move(partitions));
  response.error_code = code_of(deleted.error);
  auto error = deleted.partitions.begin();
  for (auto& topic : response.topics) {
    for (auto& partition : topic.partitions) {
      if (error != deleted.partitions.end()) partition.error_code = code_of(*error++);
    }
  }
  co_return response;
}

constexpr auto kPermit = [](const Services& services, const Guard& guard, auto& request,
                            auto& refused) {
  const auto rest = permits::kGroup(services, guard, request, refused);
  return rest == Rest::none ? rest : permits::kTopics(services, guard, request, refused);
};

}  // namespace

Result<PendingAnswer> offset_delete(const Services& services, RequestContext context) {
  return deferred<OffsetDeleteRequest>(services, std::move(context), kPermit, handle);
}

}  // namespace tarn::kafka_server
