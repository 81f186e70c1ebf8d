#include "formats/kafka_protocol/init_producer_id.h"

#include "edges/kafka_server/handler.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

runtime::Awaitable<InitProducerIdResponse> init_transactions(Services services,
                                                             InitProducerIdRequest request) {
  broker::InitTransactions init{.transactional_id = std::string(*request.transactional_id),
                                .timeout = Millis(request.transaction_timeout_ms)};
  if (request.producer_id >= 0) {
    init.current = {ProducerId(request.producer_id), request.producer_epoch};
  }
  const auto identity = co_await services.broker.transactions().init(std::move(init));
  if (!identity) co_return InitProducerIdResponse{.error_code = code_of(identity.error())};
  co_return InitProducerIdResponse{.producer_id = identity->id.value(),
                                   .producer_epoch = identity->epoch};
}

// A producer that comes back with its old id gets a new one all the same, as Kafka does for
// producers without transactions.
runtime::Awaitable<InitProducerIdResponse> handle(Services services, RequestContext,
                                                  InitProducerIdRequest request) {
  if (request.transactional_id) co_return co_await init_transactions(services, request);
  auto identity = co_await services.broker.init_producer_id();
  if (!identity) co_return InitProducerIdResponse{.error_code = code_of(identity.error())};
  co_return InitProducerIdResponse{.producer_id = identity->id.value(),
                                   .producer_epoch = identity->epoch};
}

// A producer without transactions needs no more than a topic to write to (KIP-679).
Rest permit(const Services&, const Guard& guard, InitProducerIdRequest& request,
            InitProducerIdResponse& refused) {
  if (request.transactional_id) {
    if (guard.may(ResourceType::transactional_id, *request.transactional_id)) return Rest::to_do;
    refused.error_code = code(KafkaError::transactional_id_authorization_failed);
    return Rest::none;
  }
  if (guard.sees(needs::kIdempotentWrite, access::kClusterName)) return Rest::to_do;
  if (guard.may_any(needs::kWriteTopic)) return Rest::to_do;
  refused.error_code = code(KafkaError::cluster_authorization_failed);
  return Rest::none;
}

}  // namespace

Result<PendingAnswer> init_producer_id(const Services& services, RequestContext context) {
  return deferred<InitProducerIdRequest>(services, std::move(context), permit, handle);
}

}  // namespace tarn::kafka_server
