// What handler files have in common: from bytes to a message and back.
#pragma once

#include <type_traits>
#include <utility>

#include "edges/kafka_server/errors.h"
#include "edges/kafka_server/handler_list.h"
#include "edges/kafka_server/handlers.h"
#include "formats/kafka_protocol/decoder.h"
#include "formats/kafka_protocol/encoder.h"
#include "formats/kafka_protocol/header.h"

namespace tarn::kafka_server {

template <class T>
struct IsAwaitable : std::false_type {};
template <class T>
struct IsAwaitable<runtime::Awaitable<T>> : std::true_type {};

template <class Request, class Handle>
PendingAnswer respond(Handle handle, Services services, RequestContext context, Request request) {
  using Returned = std::invoke_result_t<Handle, Services, RequestContext, Request>;
  const int16_t version = context.version;
  const int32_t correlation_id = context.correlation_id;
  const ReceivedFrame frame = context.frame;  // the request borrows from it
  if constexpr (IsAwaitable<Returned>::value) {
    auto response = co_await handle(std::move(services), std::move(context), std::move(request));
    co_return kafka_protocol::encode_response(response, version, correlation_id);
  } else {
    auto response = handle(std::move(services), std::move(context), std::move(request));
    co_return kafka_protocol::encode_response(response, version, correlation_id);
  }
}

// handle: a function (Services, RequestContext, Request) -> Response or Awaitable<Response>. It is
// called when the answer is awaited.
template <class Request, class Handle>
Result<PendingAnswer> deferred(const Services& services, RequestContext context, Handle handle) {
  auto request = TRY(kafka_protocol::decode<Request>(context.body, context.version));
  return respond<Request>(handle, services, std::move(context), std::move(request));
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

// Which rules the versions of an API follow (KIP-890).
inline broker::TransactionProtocol transactions_of(int16_t per_epoch_from,
                                                   const RequestContext& context) {
  return context.version >= per_epoch_from ? broker::TransactionProtocol::epoch_per_transaction
                                           : broker::TransactionProtocol::classic;
}

// What a client without an authorizer may do, as sets of AclOperation bits (KIP-430).
inline constexpr int32_t kTopicOperations = 0x0df8;
inline constexpr int32_t kGroupOperations = 0x0148;
inline constexpr int32_t kClusterOperations = 0x1fa0;

}  // namespace tarn::kafka_server
