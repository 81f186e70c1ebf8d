#include "formats/kafka_protocol/describe_producers.h"

#include "edges/kafka_server/handler.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

DescribeProducersResponse::Producer describe(const storage::ProducerState& producer) {
  return {.producer_id = producer.id.value(),
          .producer_epoch = producer.epoch,
          .last_sequence = producer.last_sequence.value_or(-1),
          .last_timestamp = unix_millis(producer.last_append),
          .coordinator_epoch = 0,
          .current_txn_start_offset = producer.transaction.value_or(Offset(-1)).value()};
}

runtime::Awaitable<DescribeProducersResponse> handle(Services services, RequestContext,
                                                     DescribeProducersRequest request) {
  DescribeProducersResponse response;
  for (const auto& topic : request.topics) {
    auto& answer = response.topics.emplace_back();
    answer.name = topic.name;
    for (const int32_t index : topic.partition_indexes) {
      auto& partition = answer.partitions.emplace_back();
      partition.partition_index = index;
      const auto producers =
          co_await services.broker.producers({TopicName(answer.name), PartitionId(index)});
      if (!producers) {
        partition.error_code = code_of(producers.error());
        partition.error_message = producers.error().message;
        continue;
      }
      for (const auto& producer : *producers) {
        partition.active_producers.push_back(describe(producer));
      }
    }
  }
  co_return response;
}

}  // namespace

Result<PendingAnswer> describe_producers(const Services& services, RequestContext context) {
  return deferred<DescribeProducersRequest>(services, std::move(context), permits::kTopics, handle);
}

}  // namespace tarn::kafka_server
