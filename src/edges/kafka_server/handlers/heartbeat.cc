#include "edges/kafka_server/handler.h"
#include "formats/kafka_protocol/membership.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

HeartbeatResponse handle(Services services, RequestContext, HeartbeatRequest request) {
  broker::HeartbeatRequest beat{.group = GroupId(std::string(request.group_id)),
                                .generation = request.generation_id,
                                .member_id = std::string(request.member_id)};
  if (request.group_instance_id) beat.instance_id = std::string(*request.group_instance_id);
  return {.error_code = code_of(services.broker.groups().heartbeat(beat))};
}

}  // namespace

Result<PendingAnswer> heartbeat(const Services& services, RequestContext context) {
  return deferred<HeartbeatRequest>(services, std::move(context), permits::kGroup, handle);
}

}  // namespace tarn::kafka_server
