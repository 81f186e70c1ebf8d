#include "formats/kafka_protocol/list_config_resources.h"

#include <algorithm>

#include "edges/kafka_server/handler.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

constexpr int8_t kTopic = 2;
constexpr int8_t kBroker = 4;

ListConfigResourcesResponse handle(Services services, RequestContext context,
                                   ListConfigResourcesRequest request) {
  ListConfigResourcesResponse response;
  if (context.version == 0) return response;
  const auto is_wanted = [&request](int8_t type) {
    return request.resource_types.empty() ||
           std::ranges::find(request.resource_types, type) != request.resource_types.end();
  };
  if (is_wanted(kTopic)) {
    for (const auto& [name, topic] : services.broker.topics().all()) {
      response.resources.push_back({.name = name.value(), .type = kTopic});
    }
  }
  if (is_wanted(kBroker)) {
    response.resources.push_back({.name = std::to_string(services.node_id), .type = kBroker});
  }
  return response;
}

}  // namespace

Result<PendingAnswer> list_config_resources(const Services& services, RequestContext context) {
  return deferred<ListConfigResourcesRequest>(services, std::move(context), permits::kCluster,
                                              handle);
}

}  // namespace tarn::kafka_server
