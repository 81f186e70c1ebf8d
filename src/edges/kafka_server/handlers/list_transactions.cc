#include <algorithm>

#include "edges/kafka_server/handler.h"
#include "formats/kafka_protocol/describe_transactions.h"
#include "formats/kafka_protocol/error_code.h"
#include "formats/pattern/pattern.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

using broker::TransactionState;

bool is_state(std::string_view name) {
  for (int8_t i = 0; i <= static_cast<int8_t>(TransactionState::prepare_epoch_fence); ++i) {
    if (to_string(static_cast<TransactionState>(i)) == name) return true;
  }
  return false;
}

// An empty filter lets all through.
template <class Filter, class Value>
bool passes(const Filter& filter, const Value& value) {
  return filter.empty() || std::ranges::find(filter, value) != filter.end();
}

// None where all may pass. An empty one is as good as none (KIP-1152).
Result<std::optional<pattern::Pattern>> pattern_of(const ListTransactionsRequest& request) {
  if (request.transactional_id_pattern.value_or("").empty()) return std::nullopt;
  return TRY(pattern::Pattern::compile(*request.transactional_id_pattern));
}

ListTransactionsResponse handle(Services services, RequestContext context,
                                ListTransactionsRequest request) {
  const auto& transactions = services.broker.transactions();
  ListTransactionsResponse response{.error_code = code_of(transactions.status())};
  for (const std::string_view state : request.state_filters) {
    if (!is_state(state)) response.unknown_state_filters.emplace_back(state);
  }
  const auto pattern = pattern_of(request);
  if (!pattern) return {.error_code = code(KafkaError::invalid_regular_expression)};
  const Timestamp now = services.clock.now();
  const Guard guard(services, context);
  for (const auto& [id, stored] : transactions.list()) {
    const bool is_long = request.duration_filter < 0 ||
                         (stored.state == TransactionState::ongoing &&
                          now - stored.started.value_or(now) > Millis(request.duration_filter));
    if (!is_long || !passes(request.state_filters, to_string(stored.state)) ||
        !passes(request.producer_id_filters, stored.producer.id.value())) {
      continue;
    }
    if (*pattern && !(*pattern)->matches(id)) continue;
    if (!guard.sees(ResourceType::transactional_id, id)) continue;
    response.transaction_states.push_back(
        {.transactional_id = id,
         .producer_id = stored.producer.id.value(),
         .transaction_state = std::string(to_string(stored.state))});
  }
  return response;
}

}  // namespace

Result<PendingAnswer> list_transactions(const Services& services, RequestContext context) {
  return deferred<ListTransactionsRequest>(services, std::move(context), permits::kOpen, handle);
}

}  // namespace tarn::kafka_server
