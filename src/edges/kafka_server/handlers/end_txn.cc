#include "edges/kafka_server/handler.h"
#include "formats/kafka_protocol/end_transaction.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

constexpr int16_t kEpochPerTransactionFrom = 5;

runtime::Awaitable<EndTxnResponse> handle(Services services, RequestContext context,
                                          EndTxnRequest request) {
  const auto identity = co_await services.broker.transactions().end(
      {.transactional_id = std::string(request.transactional_id),
       .producer = {ProducerId(request.producer_id), request.producer_epoch},
       .end = request.committed ? record::TransactionEnd::commit : record::TransactionEnd::abort,
       .protocol = transactions_of(kEpochPerTransactionFrom, context)});
  if (!identity) co_return EndTxnResponse{.error_code = code_of(identity.error())};
  co_return EndTxnResponse{.producer_id = identity->id.value(), .producer_epoch = identity->epoch};
}

}  // namespace

Result<PendingAnswer> end_txn(const Services& services, RequestContext context) {
  return deferred<EndTxnRequest>(services, std::move(context), permits::kTransaction, handle);
}

}  // namespace tarn::kafka_server
