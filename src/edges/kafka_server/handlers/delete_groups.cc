#include "edges/kafka_server/handler.h"
#include "formats/kafka_protocol/groups.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

runtime::Awaitable<DeleteGroupsResponse> handle(Services services, RequestContext,
                                                DeleteGroupsRequest request) {
  DeleteGroupsResponse response;
  for (const auto name : request.groups_names) {
    std::string group(name);
    const auto error = co_await services.broker.groups().remove(GroupId(group));
    response.results.push_back({.group_id = std::move(group), .error_code = code_of(error)});
  }
  co_return response;
}

Rest permit(const Services&, const Guard& guard, DeleteGroupsRequest& request,
            DeleteGroupsResponse& refused) {
  permits::take_out(
      request.groups_names,
      [&](std::string_view name) { return guard.may(ResourceType::group, name); },
      [&](std::string_view name) {
        refused.results.push_back({.group_id = std::string(name),
                                   .error_code = code(KafkaError::group_authorization_failed)});
      });
  return Rest::to_do;
}

}  // namespace

Result<PendingAnswer> delete_groups(const Services& services, RequestContext context) {
  return deferred<DeleteGroupsRequest>(services, std::move(context), permit, handle);
}

}  // namespace tarn::kafka_server
