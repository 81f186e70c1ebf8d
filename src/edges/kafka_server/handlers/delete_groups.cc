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

}  // namespace

Result<PendingAnswer> delete_groups(const Services& services, RequestContext context) {
  return deferred<DeleteGroupsRequest>(services, std::move(context), handle);
}

}  // namespace tarn::kafka_server
