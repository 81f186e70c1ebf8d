#include "edges/kafka_server/handler.h"
#include "formats/kafka_protocol/write_markers.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

// What an administrator sends to end a transaction that hangs.
runtime::Awaitable<WriteTxnMarkersResponse> handle(Services services, RequestContext,
                                                   WriteTxnMarkersRequest request) {
  WriteTxnMarkersResponse response;
  for (const auto& marker : request.markers) {
    auto& answer = response.markers.emplace_back();
    answer.producer_id = marker.producer_id;
    const auto end =
        marker.transaction_result ? record::TransactionEnd::commit : record::TransactionEnd::abort;
    for (const auto& topic : marker.topics) {
      auto& written = answer.topics.emplace_back();
      written.name = topic.name;
      for (const int32_t index : topic.partition_indexes) {
        const auto done = co_await services.broker.end_transaction(
            {TopicName(written.name), PartitionId(index)},
            {ProducerId(marker.producer_id), marker.producer_epoch}, end);
        written.partitions.push_back(
            {.partition_index = index, .error_code = done ? int16_t{0} : code_of(done.error())});
      }
    }
  }
  co_return response;
}

Rest permit(const Services&, const Guard& guard, WriteTxnMarkersRequest& request,
            WriteTxnMarkersResponse& refused) {
  if (guard.may_cluster()) return Rest::to_do;
  const auto error = code(KafkaError::cluster_authorization_failed);
  for (const auto& marker : request.markers) {
    refused.markers.push_back({.producer_id = marker.producer_id});
    permits::refuse_topics(marker, refused.markers.back(), error);
  }
  return Rest::none;
}

}  // namespace

Result<PendingAnswer> write_txn_markers(const Services& services, RequestContext context) {
  return deferred<WriteTxnMarkersRequest>(services, std::move(context), permit, handle);
}

}  // namespace tarn::kafka_server
