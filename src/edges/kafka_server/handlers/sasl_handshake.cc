#include "edges/kafka_server/handler.h"
#include "edges/kafka_server/session.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

SaslHandshakeResponse handle(Services, RequestContext context, SaslHandshakeRequest request) {
  return context.session->shake_hands(request.mechanism, context.version);
}

}  // namespace

Result<PendingAnswer> sasl_handshake(const Services& services, RequestContext context) {
  return deferred<SaslHandshakeRequest>(services, std::move(context), permits::kOpen, handle);
}

}  // namespace tarn::kafka_server
