#include "formats/kafka_protocol/offset_fetch.h"

#include <map>

#include "edges/kafka_server/handler.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

constexpr int16_t kManyGroupsFrom = 8;
constexpr int16_t kTopicIdsFrom = 10;
constexpr int16_t kGroupErrorFrom = 2;  // before, every partition has the error

// Does the client wait for offsets that a transaction is about to commit (KIP-447)?
enum class Stability { as_it_is, required };

OffsetFetchResponse::Partition describe(int32_t index, const broker::CommittedOffset* committed) {
  OffsetFetchResponse::Partition partition{.partition_index = index, .metadata = ""};
  if (committed == nullptr) return partition;
  partition.committed_offset = committed->offset.value();
  if (committed->epoch) partition.committed_leader_epoch = committed->epoch->value();
  partition.metadata = committed->metadata;
  return partition;
}

OffsetFetchResponse::Partition undecided(int32_t index) {
  auto partition = describe(index, nullptr);
  partition.error_code = code(KafkaError::unstable_offset_commit);
  return partition;
}

// The answer for a topic that may not be read.
OffsetFetchResponse::Topic refuse(const OffsetFetchRequest::Topic& topic, int16_t error) {
  auto refused = permits::refuse_topic<OffsetFetchResponse::Topic>(topic, error);
  for (auto& partition : refused.partitions) partition.metadata = "";
  return refused;
}

std::vector<OffsetFetchResponse::Topic> pick(const Services& services, const Guard& guard,
                                             const broker::OffsetFetchAnswer& answer,
                                             const std::vector<OffsetFetchRequest::Topic>& wanted) {
  std::vector<OffsetFetchResponse::Topic> topics;
  for (const auto& topic : wanted) {
    if (auto error = topic_denial(guard, services, topic.name, topic.topic_id); error != 0) {
      topics.push_back(refuse(topic, error));
      continue;
    }
    auto& picked = topics.emplace_back();
    picked.name = topic.name;
    picked.topic_id = topic.topic_id;
    const auto* found = services.broker.topics().find(topic.topic_id);
    const bool known = topic.topic_id.is_zero() || found != nullptr;
    const TopicName name = found != nullptr ? found->name : TopicName(picked.name);
    for (const int32_t index : topic.partition_indexes) {
      auto committed = answer.offsets.find({name, PartitionId(index)});
      const bool has = known && committed != answer.offsets.end();
      picked.partitions.push_back(describe(index, has ? &committed->second : nullptr));
      if (!known) picked.partitions.back().error_code = code(KafkaError::unknown_topic_id);
      if (answer.undecided.contains({name, PartitionId(index)})) {
        picked.partitions.back() = undecided(index);
      }
    }
  }
  return topics;
}

std::vector<OffsetFetchResponse::Topic> all(const Services& services, const Guard& guard,
                                            const broker::OffsetFetchAnswer& answer) {
  std::map<TopicName, OffsetFetchResponse::Topic> topics;
  for (const auto& [partition, committed] : answer.offsets) {
    const auto* found = services.broker.topics().find(partition.topic);
    if (guard.version() >= kTopicIdsFrom && found == nullptr) continue;
    if (!guard.sees(ResourceType::topic, partition.topic.value())) continue;
    auto& topic = topics[partition.topic];
    topic.name = partition.topic.value();
    if (found != nullptr) topic.topic_id = found->id;
    const int32_t index = partition.partition.value();
    topic.partitions.push_back(answer.undecided.contains(partition) ? undecided(index)
                                                                    : describe(index, &committed));
  }
  std::vector<OffsetFetchResponse::Topic> listed;
  for (auto& [name, topic] : topics) listed.push_back(std::move(topic));
  return listed;
}

OffsetFetchResponse::Group fetch_group(const Services& services, const Guard& guard,
                                       const OffsetFetchRequest::Group& asked,
                                       Stability stability) {
  const auto& [group, member_id, member_epoch, wanted] = asked;
  broker::OffsetFetchRequest as_member{.group = GroupId(std::string(group)), .epoch = member_epoch};
  if (member_id) as_member.member_id = std::string(*member_id);
  const auto error = services.broker.groups().check_fetch(as_member);
  if (error != broker::GroupError::none) {
    return {.group_id = std::string(group), .topics = {}, .error_code = code_of(error)};
  }
  auto answer = services.broker.groups().fetch_offsets(GroupId(std::string(group)));
  if (stability == Stability::as_it_is) answer.undecided.clear();
  return {.group_id = std::string(group),
          .topics = wanted ? pick(services, guard, answer, *wanted) : all(services, guard, answer),
          .error_code = code_of(answer.error)};
}

OffsetFetchResponse handle(Services services, RequestContext context, OffsetFetchRequest request) {
  OffsetFetchResponse response;
  const Guard guard(services, context);
  const auto stability = request.require_stable ? Stability::required : Stability::as_it_is;
  if (context.version >= kManyGroupsFrom) {
    for (const auto& group : request.groups) {
      response.groups.push_back(fetch_group(services, guard, group, stability));
    }
    return response;
  }
  auto group = fetch_group(
      services, guard, {.group_id = request.group_id, .member_id = {}, .topics = request.topics},
      stability);
  response.error_code = group.error_code;
  response.topics = std::move(group.topics);
  if (context.version >= kGroupErrorFrom) return response;
  for (auto& topic : response.topics) {
    for (auto& partition : topic.partitions) partition.error_code = group.error_code;
  }
  return response;
}

// Topics are judged in pick() and all(), because every group may name them.
Rest permit(const Services&, const Guard& guard, OffsetFetchRequest& request,
            OffsetFetchResponse& refused) {
  const auto error = code(KafkaError::group_authorization_failed);
  if (guard.version() >= kManyGroupsFrom) {
    permits::take_out(
        request.groups,
        [&](const auto& group) { return guard.may(ResourceType::group, group.group_id); },
        [&](const auto& group) {
          refused.groups.push_back(
              {.group_id = std::string(group.group_id), .topics = {}, .error_code = error});
        });
    return Rest::to_do;
  }
  if (guard.may(ResourceType::group, request.group_id)) return Rest::to_do;
  refused.error_code = error;
  if (guard.version() >= kGroupErrorFrom || !request.topics) return Rest::none;
  for (const auto& topic : *request.topics) refused.topics.push_back(refuse(topic, error));
  return Rest::none;
}

}  // namespace

Result<PendingAnswer> offset_fetch(const Services& services, RequestContext context) {
  return deferred<OffsetFetchRequest>(services, std::move(context), permit, handle);
}

}  // namespace tarn::kafka_server
