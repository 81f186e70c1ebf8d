#include "formats/kafka_protocol/leave_group.h"

#include "edges/kafka_server/handler.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

constexpr int16_t kManyMembersFrom = 3;

LeaveGroupResponse handle(Services services, RequestContext context, LeaveGroupRequest request) {
  if (context.version < kManyMembersFrom) request.members = {{.member_id = request.member_id}};
  broker::LeaveRequest leave{.group = GroupId(std::string(request.group_id))};
  for (const auto& member : request.members) {
    auto& leaving = leave.members.emplace_back();
    leaving.member_id = member.member_id;
    if (member.group_instance_id) leaving.instance_id = std::string(*member.group_instance_id);
  }
  auto answer = services.broker.groups().leave(leave);
  LeaveGroupResponse response{.error_code = code_of(answer.error)};
  if (context.version < kManyMembersFrom) {
    if (response.error_code == 0 && !answer.members.empty()) {
      response.error_code = code_of(answer.members.front());
    }
    return response;
  }
  for (size_t i = 0; i < answer.members.size(); ++i) {
    response.members.push_back({.member_id = std::move(leave.members[i].member_id),
                                .group_instance_id = std::move(leave.members[i].instance_id),
                                .error_code = code_of(answer.members[i])});
  }
  return response;
}

}  // namespace

Result<PendingAnswer> leave_group(const Services& services, RequestContext context) {
  return deferred<LeaveGroupRequest>(services, std::move(context), permits::kGroup, handle);
}

}  // namespace tarn::kafka_server
