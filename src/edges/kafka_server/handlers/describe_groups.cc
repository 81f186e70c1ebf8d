#include "edges/kafka_server/handler.h"
#include "formats/kafka_protocol/groups.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

constexpr int16_t kNotFoundFrom = 6;  // before, an unknown group is Dead without an error

DescribeGroupsResponse::Group describe(const Services& services, const Guard& guard,
                                       std::string_view id, const DescribeGroupsRequest& request) {
  auto group = services.broker.groups().describe(GroupId(std::string(id)));
  DescribeGroupsResponse::Group answer{
      .error_code = code_of(group.error),
      .group_id = std::string(id),
      .group_state = std::string(to_string(group.state)),
      .protocol_type = std::move(group.protocol_type),
      .protocol_data = std::move(group.protocol),
  };
  if (request.include_authorized_operations) {
    answer.authorized_operations = guard.operations(kGroupOperations, ResourceType::group, id);
  }
  for (auto& member : group.members) {
    answer.members.push_back({.member_id = std::move(member.member_id),
                              .group_instance_id = std::move(member.instance_id),
                              .client_id = std::move(member.client_id),
                              .client_host = std::move(member.client_host),
                              .metadata = std::move(member.metadata),
                              .assignment = std::move(member.assignment)});
  }
  if (guard.version() >= kNotFoundFrom && group.state == broker::GroupState::dead &&
      group.error == broker::GroupError::none) {
    answer.error_code = code(KafkaError::group_id_not_found);
    answer.error_message = "there is no such group";
  }
  return answer;
}

DescribeGroupsResponse handle(Services services, RequestContext context,
                              DescribeGroupsRequest request) {
  DescribeGroupsResponse response;
  const Guard guard(services, context);
  for (const auto id : request.groups) {
    response.groups.push_back(describe(services, guard, id, request));
  }
  return response;
}

Rest permit(const Services&, const Guard& guard, DescribeGroupsRequest& request,
            DescribeGroupsResponse& refused) {
  permits::take_out(
      request.groups, [&](std::string_view id) { return guard.may(ResourceType::group, id); },
      [&](std::string_view id) {
        refused.groups.push_back({.error_code = code(KafkaError::group_authorization_failed),
                                  .group_id = std::string(id)});
      });
  return Rest::to_do;
}

}  // namespace

Result<PendingAnswer> describe_groups(const Services& services, RequestContext context) {
  return deferred<DescribeGroupsRequest>(services, std::move(context), permit, handle);
}

}  // namespace tarn::kafka_server
