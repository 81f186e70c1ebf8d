#include "edges/kafka_server/handler.h"
#include "edges/kafka_server/session.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

runtime::Awaitable<SaslAuthenticateResponse> handle(Services, RequestContext context,
                                                    SaslAuthenticateRequest request) {
  return context.session->authenticate({request.auth_bytes.begin(), request.auth_bytes.end()});
}

}  // namespace

Result<PendingAnswer> sasl_authenticate(const Services& services, RequestContext context) {
  return deferred<SaslAuthenticateRequest>(services, std::move(context), permits::kOpen, handle);
}

}  // namespace tarn::kafka_server
