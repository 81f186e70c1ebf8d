#include "edges/kafka_server/handler.h"
#include "formats/kafka_protocol/add_to_transaction.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

using Topics = std::vector<AddPartitionsToTxnResponse::Topic>;

runtime::Awaitable<Topics> add(Services services, std::string transactional_id,
                               broker::ProducerIdentity producer,
                               std::vector<AddPartitionsToTxnRequest::Topic> wanted) {
  std::vector<TopicPartition> partitions;
  Topics topics;
  for (const auto& topic : wanted) {
    auto& answer = topics.emplace_back();
    answer.name = topic.name;
    for (const int32_t index : topic.partitions) {
      answer.partitions.push_back({.partition_index = index});
      partitions.push_back({TopicName(answer.name), PartitionId(index)});
    }
  }
  const auto errors = co_await services.broker.transactions().add_partitions(
      std::move(transactional_id), producer, std::move(partitions));
  auto error = errors.begin();
  for (auto& topic : topics) {
    for (auto& partition : topic.partitions) partition.error_code = code_of(*error++);
  }
  co_return topics;
}

runtime::Awaitable<AddPartitionsToTxnResponse> handle(Services services, RequestContext,
                                                      AddPartitionsToTxnRequest request) {
  AddPartitionsToTxnResponse response;
  if (request.transactions.empty()) {
    response.topics = co_await add(services, std::string(request.transactional_id),
                                   {ProducerId(request.producer_id), request.producer_epoch},
                                   std::move(request.topics));
  }
  for (auto& transaction : request.transactions) {
    std::string id(transaction.transactional_id);
    auto topics = co_await add(services, id,
                               {ProducerId(transaction.producer_id), transaction.producer_epoch},
                               std::move(transaction.topics));
    response.transactions.push_back({.transactional_id = std::move(id), .topics = topics});
  }
  co_return response;
}

constexpr int16_t kBetweenBrokersFrom = 4;

// All partitions join, or none does: beside one that may not, the others are not attempted. What
// only brokers send needs their right.
Rest permit(const Services& services, const Guard& guard, AddPartitionsToTxnRequest& request,
            AddPartitionsToTxnResponse& refused) {
  if (guard.version() >= kBetweenBrokersFrom) {
    return permits::kCluster(services, guard, request, refused);
  }
  if (!guard.may(ResourceType::transactional_id, request.transactional_id)) {
    permits::refuse_topics(request, refused,
                           code(KafkaError::transactional_id_authorization_failed));
    return Rest::none;
  }
  permits::kTopics(services, guard, request, refused);
  if (refused.topics.empty()) return Rest::to_do;
  permits::refuse_topics(request, refused, code(KafkaError::operation_not_attempted));
  return Rest::none;
}

}  // namespace

Result<PendingAnswer> add_partitions_to_txn(const Services& services, RequestContext context) {
  return deferred<AddPartitionsToTxnRequest>(services, std::move(context), permit, handle);
}

}  // namespace tarn::kafka_server
