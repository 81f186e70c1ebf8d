#include "edges/kafka_server/handler.h"
#include "formats/kafka_protocol/membership.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

constexpr int16_t kMemberIdRequiredFrom = 4;
constexpr int16_t kSkipAssignmentFrom = 9;

broker::JoinRequest to_broker(const RequestContext& context, const JoinGroupRequest& request) {
  broker::JoinRequest join{
      .group = GroupId(std::string(request.group_id)),
      .member_id = std::string(request.member_id),
      .client_id = context.client_id,
      .client_host = context.client_host,
      .session_timeout = Millis(request.session_timeout_ms),
      .rebalance_timeout =
          Millis(context.version == 0 ? request.session_timeout_ms : request.rebalance_timeout_ms),
      .protocol_type = std::string(request.protocol_type),
  };
  if (request.group_instance_id) join.instance_id = std::string(*request.group_instance_id);
  for (const auto& protocol : request.protocols) {
    join.protocols.push_back({.name = std::string(protocol.name),
                              .metadata = {protocol.metadata.begin(), protocol.metadata.end()}});
  }
  if (context.version >= kMemberIdRequiredFrom) {
    join.member_id_rule = broker::MemberIdRule::required;
  }
  if (context.version >= kSkipAssignmentFrom) {
    join.skip_assignment = broker::SkipAssignment::understood;
  }
  return join;
}

runtime::Awaitable<JoinGroupResponse> handle(Services services, RequestContext context,
                                             JoinGroupRequest request) {
  auto answer = co_await services.broker.groups().join(to_broker(context, request));
  JoinGroupResponse response{
      .error_code = code_of(answer.error),
      .generation_id = answer.generation,
      .protocol_type = std::move(answer.protocol_type),
      .protocol_name = std::move(answer.protocol),
      .leader = std::move(answer.leader),
      .skip_assignment = answer.skip_assignment,
      .member_id = std::move(answer.member_id),
  };
  for (auto& member : answer.members) {
    response.members.push_back({.member_id = std::move(member.member_id),
                                .group_instance_id = std::move(member.instance_id),
                                .metadata = std::move(member.metadata)});
  }
  co_return response;
}

}  // namespace

Result<PendingAnswer> join_group(const Services& services, RequestContext context) {
  return deferred<JoinGroupRequest>(services, std::move(context), permits::kGroup, handle);
}

}  // namespace tarn::kafka_server
