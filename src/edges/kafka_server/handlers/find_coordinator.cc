#include "formats/kafka_protocol/find_coordinator.h"

#include "edges/kafka_server/handler.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

constexpr int8_t kKeyIsGroup = 0;
constexpr int8_t kKeyIsTransactionalId = 1;
constexpr int16_t kManyKeysFrom = 4;

FindCoordinatorResponse::Coordinator find(const Services& services, const RequestContext& context,
                                          int8_t key_type, std::string_view key) {
  FindCoordinatorResponse::Coordinator found{.key = std::string(key)};
  if (key_type != kKeyIsGroup && key_type != kKeyIsTransactionalId) {
    found.error_code = code(KafkaError::invalid_request);
    found.error_message =
        "only the coordinators of consumer groups and of transactions can be asked for";
    return found;
  }
  found.node_id = services.node_id;
  found.host = context.self.host;
  found.port = context.self.port;
  return found;
}

FindCoordinatorResponse handle(Services services, RequestContext context,
                               FindCoordinatorRequest request) {
  FindCoordinatorResponse response;
  if (context.version >= kManyKeysFrom) {
    for (const auto key : request.coordinator_keys) {
      response.coordinators.push_back(find(services, context, request.key_type, key));
    }
    return response;
  }
  auto found = find(services, context, request.key_type, request.key);
  response.error_code = found.error_code;
  response.error_message = std::move(found.error_message);
  response.node_id = found.node_id;
  response.host = std::move(found.host);
  response.port = found.port;
  return response;
}

FindCoordinatorResponse::Coordinator refuse(std::string_view key, ResourceType type) {
  return {.key = std::string(key), .error_code = permits::code_of_denial(type)};
}

Rest permit(const Services&, const Guard& guard, FindCoordinatorRequest& request,
            FindCoordinatorResponse& refused) {
  if (request.key_type != kKeyIsGroup && request.key_type != kKeyIsTransactionalId) {
    return Rest::to_do;
  }
  const auto type =
      request.key_type == kKeyIsGroup ? ResourceType::group : ResourceType::transactional_id;
  if (guard.version() < kManyKeysFrom) {
    if (guard.may(type, request.key)) return Rest::to_do;
    refused.error_code = permits::code_of_denial(type);
    return Rest::none;
  }
  permits::take_out(
      request.coordinator_keys, [&](std::string_view key) { return guard.may(type, key); },
      [&](std::string_view key) { refused.coordinators.push_back(refuse(key, type)); });
  return Rest::to_do;
}

}  // namespace

Result<PendingAnswer> find_coordinator(const Services& services, RequestContext context) {
  return deferred<FindCoordinatorRequest>(services, std::move(context), permit, handle);
}

}  // namespace tarn::kafka_server
