#include <algorithm>

#include "edges/kafka_server/handler.h"
#include "formats/kafka_protocol/consumer_groups.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;
using Response = ConsumerGroupDescribeResponse;

constexpr int8_t kConsumerMember = 1;

// Topics that are gone are not told of: there is no name for them.
Response::Assignment name_topics(const Services& services, const broker::Assignment& assignment) {
  Response::Assignment named;
  for (const auto& [id, partitions] : assignment) {
    const auto* topic = services.broker.topics().find(id);
    if (topic == nullptr) continue;
    named.topic_partitions.push_back({.topic_id = id,
                                      .topic_name = topic->name.value(),
                                      .partitions = {partitions.begin(), partitions.end()}});
  }
  return named;
}

Response::Member describe(const Services& services, const broker::ConsumerGroupData& group,
                          const broker::ConsumerGroupMember& member) {
  Response::Member described{
      .member_id = member.id,
      .instance_id = member.instance_id,
      .rack_id = member.rack_id,
      .member_epoch = member.epoch,
      .client_id = member.client_id,
      .client_host = member.client_host,
      .subscribed_topic_names = {},
      .subscribed_topic_regex = std::nullopt,
      .assignment = name_topics(services, member.assigned),
      .target_assignment = {},
      .member_type = kConsumerMember,
  };
  for (const TopicName& topic : member.topics) {
    described.subscribed_topic_names.push_back(topic.value());
  }
  if (!member.regex.empty()) described.subscribed_topic_regex = member.regex;
  const auto target = group.targets.find(member.id);
  if (target != group.targets.end()) {
    described.target_assignment = name_topics(services, target->second);
  }
  return described;
}

Response::Group describe(const Services& services, std::string_view id) {
  Response::Group described{.group_id = std::string(id)};
  const auto& groups = services.broker.groups();
  described.error_code = code_of(groups.status());
  if (described.error_code != 0) return described;
  const auto* group = groups.find_consumer_group(GroupId(described.group_id));
  if (group == nullptr) {
    described.error_code = code(KafkaError::group_id_not_found);
    described.error_message = "Group " + described.group_id + " is not a consumer group.";
    return described;
  }
  described.group_state = to_string(group->state());
  described.group_epoch = group->data().epoch;
  described.assignment_epoch = group->data().target_epoch;
  described.assignor_name = group->assignor();
  for (const auto& [member_id, member] : group->data().members) {
    described.members.push_back(describe(services, group->data(), member));
  }
  return described;
}

bool sees_topics_of(const Guard& guard, const Response::Member& member) {
  const auto sees = [&guard](const std::string& name) {
    return guard.sees(ResourceType::topic, name);
  };
  const auto sees_assigned = [&sees](const Response::Assignment& assignment) {
    return std::ranges::all_of(assignment.topic_partitions,
                               [&sees](const auto& topic) { return sees(topic.topic_name); });
  };
  return std::ranges::all_of(member.subscribed_topic_names, sees) &&
         sees_assigned(member.assignment) && sees_assigned(member.target_assignment);
}

Response handle(Services services, RequestContext context, ConsumerGroupDescribeRequest request) {
  const Guard guard(services, context);
  Response response;
  for (const auto id : request.group_ids) {
    auto& group = response.groups.emplace_back(describe(services, id));
    if (group.error_code != 0) continue;
    if (request.include_authorized_operations) {
      group.authorized_operations = guard.operations(kGroupOperations, ResourceType::group, id);
    }
    if (!std::ranges::all_of(group.members, [&guard](const Response::Member& member) {
          return sees_topics_of(guard, member);
        })) {
      group = {.error_code = permits::code_of_denial(ResourceType::topic),
               .error_message = "The group reads topics that the caller may not describe.",
               .group_id = std::string(id)};
    }
  }
  return response;
}

Rest permit(const Services&, const Guard& guard, ConsumerGroupDescribeRequest& request,
            Response& refused) {
  permits::take_out(
      request.group_ids, [&](std::string_view id) { return guard.may(ResourceType::group, id); },
      [&](std::string_view id) {
        refused.groups.push_back({.error_code = permits::code_of_denial(ResourceType::group),
                                  .group_id = std::string(id)});
      });
  return Rest::to_do;
}

}  // namespace

Result<PendingAnswer> consumer_group_describe(const Services& services, RequestContext context) {
  return deferred<ConsumerGroupDescribeRequest>(services, std::move(context), permit, handle);
}

}  // namespace tarn::kafka_server
