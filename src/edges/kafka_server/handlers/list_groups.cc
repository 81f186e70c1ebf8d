#include <algorithm>

#include "edges/kafka_server/handler.h"
#include "formats/kafka_protocol/groups.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

std::string lower(std::string_view text) {
  std::string made(text);
  std::ranges::transform(made, made.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return made;
}

// Clients write states and types in different cases.
bool passes(const std::vector<std::string_view>& filter, std::string_view word) {
  return filter.empty() || std::ranges::any_of(filter, [&](std::string_view wanted) {
           return lower(wanted) == lower(word);
         });
}

ListGroupsResponse handle(Services services, RequestContext context, ListGroupsRequest request) {
  const Guard guard(services, context);
  const bool sees_all = guard.sees(ResourceType::cluster, access::kClusterName);
  auto& groups = services.broker.groups();
  ListGroupsResponse response{.error_code = code_of(groups.status())};
  if (response.error_code != 0) return response;
  for (auto& group : groups.list()) {
    const auto state = to_string(group.state);
    const auto type = to_string(group.type);
    if (!passes(request.states_filter, state) || !passes(request.types_filter, type)) continue;
    if (!sees_all && !guard.sees(ResourceType::group, group.id.value())) continue;
    response.groups.push_back({.group_id = group.id.value(),
                               .protocol_type = std::move(group.protocol_type),
                               .group_state = std::string(state),
                               .group_type = std::string(type)});
  }
  return response;
}

}  // namespace

Result<PendingAnswer> list_groups(const Services& services, RequestContext context) {
  return deferred<ListGroupsRequest>(services, std::move(context), permits::kOpen, handle);
}

}  // namespace tarn::kafka_server
