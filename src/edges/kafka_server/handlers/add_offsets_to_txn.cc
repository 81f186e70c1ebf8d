#include "edges/kafka_server/handler.h"
#include "formats/kafka_protocol/add_to_transaction.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

runtime::Awaitable<AddOffsetsToTxnResponse> handle(Services services, RequestContext,
                                                   AddOffsetsToTxnRequest request) {
  const auto error = co_await services.broker.add_offsets(
      std::string(request.transactional_id),
      {ProducerId(request.producer_id), request.producer_epoch},
      GroupId(std::string(request.group_id)));
  co_return AddOffsetsToTxnResponse{.error_code = code_of(error)};
}

constexpr auto kPermit = [](const Services& services, const Guard& guard, auto& request,
                            auto& refused) {
  const auto rest = permits::kTransaction(services, guard, request, refused);
  return rest == Rest::none ? rest : permits::kGroup(services, guard, request, refused);
};

}  // namespace

Result<PendingAnswer> add_offsets_to_txn(const Services& services, RequestContext context) {
  return deferred<AddOffsetsToTxnRequest>(services, std::move(context), kPermit, handle);
}

}  // namespace tarn::kafka_server
