#include "edges/kafka_server/handler.h"
#include "formats/kafka_protocol/transaction_offsets.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

constexpr int16_t kJoinsByCommitFrom = 5;  // KIP-890

broker::OffsetCommitRequest to_broker(const TxnOffsetCommitRequest& request) {
  broker::OffsetCommitRequest commit{.group = GroupId(std::string(request.group_id)),
                                     .generation = request.generation_id,
                                     .member_id = std::string(request.member_id)};
  if (request.group_instance_id) commit.instance_id = std::string(*request.group_instance_id);
  for (const auto& topic : request.topics) {
    for (const auto& partition : topic.partitions) {
      commit.offsets.push_back(
          {.partition = {TopicName(std::string(topic.name)),
                         PartitionId(partition.partition_index)},
           .offset = Offset(partition.committed_offset),
           .epoch = epoch_of(partition.committed_leader_epoch),
           .metadata = std::string(partition.committed_metadata.value_or(""))});
    }
  }
  return commit;
}

runtime::Awaitable<TxnOffsetCommitResponse> handle(Services services, RequestContext context,
                                                   TxnOffsetCommitRequest request) {
  const auto errors = co_await services.broker.commit_offsets(
      to_broker(request), {ProducerId(request.producer_id), request.producer_epoch},
      transactions_of(kJoinsByCommitFrom, context));
  TxnOffsetCommitResponse response;
  size_t place = 0;
  for (const auto& topic : request.topics) {
    auto& answer = response.topics.emplace_back();
    answer.name = topic.name;
    for (const auto& partition : topic.partitions) {
      answer.partitions.push_back(
          {.partition_index = partition.partition_index,
           .error_code = errors ? code_of(errors->at(place++)) : code_of(errors.error())});
    }
  }
  co_return response;
}

Rest permit(const Services& services, const Guard& guard, TxnOffsetCommitRequest& request,
            TxnOffsetCommitResponse& refused) {
  auto error = KafkaError::none;
  if (!guard.may(ResourceType::transactional_id, request.transactional_id)) {
    error = KafkaError::transactional_id_authorization_failed;
  } else if (!guard.may(ResourceType::group, request.group_id)) {
    error = KafkaError::group_authorization_failed;
  }
  if (error == KafkaError::none) return permits::kTopics(services, guard, request, refused);
  permits::refuse_topics(request, refused, code(error));
  return Rest::none;
}

}  // namespace

Result<PendingAnswer> txn_offset_commit(const Services& services, RequestContext context) {
  return deferred<TxnOffsetCommitRequest>(services, std::move(context), permit, handle);
}

}  // namespace tarn::kafka_server
