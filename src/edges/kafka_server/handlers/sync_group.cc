#include "edges/kafka_server/handler.h"
#include "formats/kafka_protocol/membership.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

std::optional<std::string> owned(const std::optional<std::string_view>& text) {
  if (!text) return std::nullopt;
  return std::string(*text);
}

runtime::Awaitable<SyncGroupResponse> handle(Services services, RequestContext,
                                             SyncGroupRequest request) {
  broker::SyncRequest sync{
      .group = GroupId(std::string(request.group_id)),
      .generation = request.generation_id,
      .member_id = std::string(request.member_id),
      .instance_id = owned(request.group_instance_id),
      .protocol_type = owned(request.protocol_type),
      .protocol = owned(request.protocol_name),
  };
  for (const auto& one : request.assignments) {
    sync.assignments.push_back({.member_id = std::string(one.member_id),
                                .assignment = {one.assignment.begin(), one.assignment.end()}});
  }
  auto answer = co_await services.broker.groups().sync(std::move(sync));
  co_return SyncGroupResponse{
      .error_code = code_of(answer.error),
      .protocol_type = std::move(answer.protocol_type),
      .protocol_name = std::move(answer.protocol),
      .assignment = std::move(answer.assignment),
  };
}

}  // namespace

Result<PendingAnswer> sync_group(const Services& services, RequestContext context) {
  return deferred<SyncGroupRequest>(services, std::move(context), permits::kGroup, handle);
}

}  // namespace tarn::kafka_server
