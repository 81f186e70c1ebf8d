// What stands in front of every request and response.
#pragma once

#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/encoder.h"

namespace tarn::kafka_protocol {

struct RequestHeader {
  int16_t api_key = 0;
  int16_t api_version = 0;
  int32_t correlation_id = 0;
  std::optional<std::string_view> client_id;  // never compact, also in flexible versions
};

// The first fields, which every version of the header has; enough to answer a request that is not
// supported.
inline constexpr size_t kRequestHeadBytes = 8;  // key, version, correlation id

struct Request {
  RequestHeader header;
  BytesView body;
};

// frame: all after the size. flexible: whether the request's version ends its header in tagged
// fields. Errors: corrupt.
Result<RequestHeader> read_request_head(BytesView frame);
Result<Request> read_request(BytesView frame, bool flexible);

// With the size in front. The header of an ApiVersions response is never flexible, so that a client
// can read the answer to a version that the server does not know (KIP-511).
void begin_response(Encoder& encoder, const Api& api, int16_t version, int32_t correlation_id);
Frame finish_frame(Encoder encoder);

template <class Response>
Frame encode_response(const Response& response, int16_t version, int32_t correlation_id) {
  Encoder encoder(version, Response::kApi.is_flexible(version));
  begin_response(encoder, Response::kApi, version, correlation_id);
  encoder.write(response);
  return finish_frame(std::move(encoder));
}

// With the size in front; for clients and tests.
void begin_request(Encoder& encoder, const Api& api, const RequestHeader& header);
template <class Message>
Frame encode_request(const Message& message, RequestHeader header) {
  header.api_key = Message::kApi.key;
  Encoder encoder(header.api_version, Message::kApi.is_flexible(header.api_version));
  begin_request(encoder, Message::kApi, header);
  encoder.write(message);
  return finish_frame(std::move(encoder));
}

// body of a response frame, after the size: its correlation id and what follows the header.
struct ResponseFrame {
  int32_t correlation_id = 0;
  BytesView body;
};
Result<ResponseFrame> read_response(BytesView frame, const Api& api, int16_t version);

}  // namespace tarn::kafka_protocol
