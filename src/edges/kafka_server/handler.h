// What handler files have in common: from bytes to a message and back.
#pragma once

#include <optional>
#include <type_traits>
#include <utility>

#include "edges/kafka_server/errors.h"
#include "edges/kafka_server/handler_list.h"
#include "edges/kafka_server/handlers.h"
#include "edges/kafka_server/permits.h"
#include "edges/kafka_server/quota_meter.h"
#include "formats/kafka_protocol/decoder.h"
#include "formats/kafka_protocol/encoder.h"
#include "formats/kafka_protocol/header.h"

namespace tarn::kafka_server {

template <class T>
struct IsAwaitable : std::false_type {};
template <class T>
struct IsAwaitable<runtime::Awaitable<T>> : std::true_type {};

template <class T>
struct Awaited {
  using Type = T;
};
template <class T>
struct Awaited<runtime::Awaitable<T>> {
  using Type = T;
};

// The frame of an answer, charged to the client's quotas and with what it owes.
template <class Response>
kafka_protocol::Frame encode_answer(const std::shared_ptr<Throttle>& throttle, Response& response,
                                    int16_t version, int32_t correlation_id) {
  if constexpr (requires { response.throttle_time_ms; }) {
    if (throttle) {
      response.throttle_time_ms = static_cast<int32_t>(throttle->owed().count());
    }
    auto frame = kafka_protocol::encode_response(response, version, correlation_id);
    if constexpr (Response::kApi.key == kafka_protocol::kFetch.key) {
      if (!throttle) return frame;
      throttle->charge(access::QuotaKind::consumer_byte_rate, static_cast<double>(frame.bytes));
      if (throttle->owed() == Millis(0)) return frame;
      response.throttle_time_ms = static_cast<int32_t>(throttle->owed().count());
      return kafka_protocol::encode_response(response, version, correlation_id);
    }
    return frame;
  } else {
    return kafka_protocol::encode_response(response, version, correlation_id);
  }
}

template <class Request, class Permit, class Handle>
PendingAnswer respond(Permit permit, Handle handle, Services services, RequestContext context,
                      Request request) {
  using Returned = std::invoke_result_t<Handle, Services, RequestContext, Request>;
  using Response = typename Awaited<Returned>::Type;
  const int16_t version = context.version;
  const int32_t correlation_id = context.correlation_id;
  const ReceivedFrame frame = context.frame;  // the request borrows from it
  const auto throttle = context.throttle;
  std::optional<Response> refused;
  if (const Guard guard(services, context); guard.is_on()) {
    if (permit(services, guard, request, refused.emplace()) == Rest::none) {
      co_return encode_answer(throttle, *refused, version, correlation_id);
    }
  }
  Response response;
  if constexpr (IsAwaitable<Returned>::value) {
    response = co_await handle(std::move(services), std::move(context), std::move(request));
  } else {
    const os::Clock& clock = services.clock;
    const auto begun = clock.monotonic();
    response = handle(std::move(services), std::move(context), std::move(request));
    if (throttle) throttle->charge_time(clock.monotonic() - begun);
  }
  if (refused) add_refused(response, *std::move(refused));
  co_return encode_answer(throttle, response, version, correlation_id);
}

// permit: what the caller may not do, see permits.h. handle: a function
// (Services, RequestContext, Request) -> Response or Awaitable<Response>. Both are called when the
// answer is awaited.
template <class Request, class Permit, class Handle>
Result<PendingAnswer> deferred(const Services& services, RequestContext context, Permit permit,
                               Handle handle) {
  auto request = TRY(kafka_protocol::decode<Request>(context.body, context.version));
  return respond<Request>(permit, handle, services, std::move(context), std::move(request));
}

// The topic that a request names: by its id where there is one.
inline const broker::Topic* find_topic(const Services& services, std::string_view name,
                                       const Uuid& id) {
  const auto& topics = services.broker.topics();
  return id.is_zero() ? topics.find(TopicName(std::string(name))) : topics.find(id);
}
// The code for a topic that find_topic() has not found.
inline int16_t code_of_unknown(const Uuid& id) {
  using kafka_protocol::KafkaError;
  return kafka_protocol::code(id.is_zero() ? KafkaError::unknown_topic_or_partition
                                           : KafkaError::unknown_topic_id);
}
inline std::optional<LeaderEpoch> epoch_of(int32_t wire) {
  if (wire < 0) return std::nullopt;
  return LeaderEpoch(wire);
}

// Has the client made or deleted too many partitions of late (KIP-599)? From the version on whose
// clients know the error more is refused; older ones wait after the answer.
inline bool is_too_much(const RequestContext& context, int16_t strict_from, int32_t partitions) {
  constexpr auto kKind = access::QuotaKind::controller_mutation_rate;
  if (!context.throttle) return false;
  if (context.version < strict_from) {
    context.throttle->charge(kKind, partitions);
    return false;
  }
  const Millis debt = context.throttle->debt(kKind);
  context.throttle->owe(debt);
  if (debt > Millis(0)) return true;
  context.throttle->use(kKind, partitions);
  return false;
}

// Which rules the versions of an API follow (KIP-890).
inline broker::TransactionProtocol transactions_of(int16_t per_epoch_from,
                                                   const RequestContext& context) {
  return context.version >= per_epoch_from ? broker::TransactionProtocol::epoch_per_transaction
                                           : broker::TransactionProtocol::classic;
}

// What can be done with a thing at all, as sets of AclOperation bits (KIP-430).
inline constexpr int32_t kTopicOperations = 0x0df8;
inline constexpr int32_t kGroupOperations = 0x0148;
inline constexpr int32_t kClusterOperations = 0x1fa0;
// Nothing is told of the cluster to who may not describe it.
inline int32_t cluster_operations(const Guard& guard) {
  if (!guard.sees(needs::kDescribeTheCluster, access::kClusterName)) return 0;
  return guard.operations(kClusterOperations, access::ResourceType::cluster, access::kClusterName);
}

}  // namespace tarn::kafka_server
