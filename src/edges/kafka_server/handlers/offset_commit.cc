#include "formats/kafka_protocol/offset_commit.h"

#include "edges/kafka_server/handler.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

constexpr int16_t kMemberEpochsFrom = 9;

broker::OffsetCommit to_broker(const TopicName& topic,
                               const OffsetCommitRequest::Partition& partition) {
  return {.partition = {topic, PartitionId(partition.partition_index)},
          .offset = Offset(partition.committed_offset),
          .epoch = epoch_of(partition.committed_leader_epoch),
          .metadata = std::string(partition.committed_metadata.value_or(""))};
}

// Version 10 names topics by id; one that is unknown is refused here, the rest by the broker, which
// judges by name.
std::optional<TopicName> name_of(const Services& services,
                                 const OffsetCommitRequest::Topic& topic) {
  if (topic.topic_id.is_zero()) return TopicName(std::string(topic.name));
  const auto* found = services.broker.topics().find(topic.topic_id);
  if (found == nullptr) return std::nullopt;
  return found->name;
}

runtime::Awaitable<OffsetCommitResponse> handle(Services services, RequestContext context,
                                                OffsetCommitRequest request) {
  broker::OffsetCommitRequest commit{.group = GroupId(std::string(request.group_id)),
                                     .generation = request.generation_id,
                                     .member_id = std::string(request.member_id)};
  if (context.version >= kMemberEpochsFrom) {
    commit.member_epochs = broker::MemberEpochs::understood;
  }
  if (request.group_instance_id) commit.instance_id = std::string(*request.group_instance_id);
  OffsetCommitResponse response;
  for (const auto& topic : request.topics) {
    auto& answer = response.topics.emplace_back();
    answer.name = topic.name;
    answer.topic_id = topic.topic_id;
    auto name = name_of(services, topic);
    for (const auto& partition : topic.partitions) {
      answer.partitions.push_back({.partition_index = partition.partition_index});
      if (name) {
        commit.offsets.push_back(to_broker(*name, partition));
      } else {
        answer.partitions.back().error_code = code(KafkaError::unknown_topic_id);
      }
    }
  }
  const auto errors = co_await services.broker.groups().commit_offsets(std::move(commit));
  auto error = errors.begin();
  for (auto& topic : response.topics) {
    for (auto& partition : topic.partitions) {
      if (partition.error_code == 0 && error != errors.end())
        partition.error_code = code_of(*error++);
    }
  }
  co_return response;
}

Rest permit(const Services& services, const Guard& guard, OffsetCommitRequest& request,
            OffsetCommitResponse& refused) {
  if (guard.may(ResourceType::group, request.group_id)) {
    return permits::kTopics(services, guard, request, refused);
  }
  permits::refuse_topics(request, refused, code(KafkaError::group_authorization_failed));
  return Rest::none;
}

}  // namespace

Result<PendingAnswer> offset_commit(const Services& services, RequestContext context) {
  return deferred<OffsetCommitRequest>(services, std::move(context), permit, handle);
}

}  // namespace tarn::kafka_server
