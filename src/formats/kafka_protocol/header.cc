#include "formats/kafka_protocol/header.h"

namespace tarn::kafka_protocol {
namespace {

bool has_tags_in_response_header(const Api& api, int16_t version) {
  return api.is_flexible(version) && api.key != kApiVersions.key;
}

void skip_tags(ByteReader& reader) {
  const uint64_t count = reader.read_unsigned_varint();
  for (uint64_t i = 0; i < count && !reader.failed(); ++i) {
    reader.read_unsigned_varint();
    reader.read_bytes(reader.read_unsigned_varint());
  }
}

RequestHeader read_head(ByteReader& reader) {
  RequestHeader header;
  header.api_key = reader.read_i16();
  header.api_version = reader.read_i16();
  header.correlation_id = reader.read_i32();
  return header;
}

}  // namespace

Result<RequestHeader> read_request_head(BytesView frame) {
  ByteReader reader(frame);
  auto header = read_head(reader);
  TRY(reader.status());
  return header;
}

Result<Request> read_request(BytesView frame, bool flexible) {
  ByteReader reader(frame);
  Request request{.header = read_head(reader), .body = {}};
  const int16_t length = reader.read_i16();
  if (length >= 0) {
    request.header.client_id = as_text(reader.read_bytes(static_cast<uint64_t>(length)));
  } else if (length != -1) {
    reader.fail();
  }
  if (flexible) skip_tags(reader);
  TRY(reader.status());
  request.body = frame.subspan(reader.position());
  return request;
}

void begin_response(Encoder& encoder, const Api& api, int16_t version, int32_t correlation_id) {
  encoder.raw().write_i32(correlation_id);
  if (has_tags_in_response_header(api, version)) encoder.raw().write_unsigned_varint(0);
}

void begin_request(Encoder& encoder, const Api& api, const RequestHeader& header) {
  auto& out = encoder.raw();
  out.write_i16(header.api_key);
  out.write_i16(header.api_version);
  out.write_i32(header.correlation_id);
  out.write_i16(header.client_id ? static_cast<int16_t>(header.client_id->size()) : int16_t{-1});
  if (header.client_id) out.write_text(*header.client_id);
  if (api.is_flexible(header.api_version)) out.write_unsigned_varint(0);
}

Frame finish_frame(Encoder encoder) {
  return std::move(encoder).take_with_size();
}

Result<ResponseFrame> read_response(BytesView frame, const Api& api, int16_t version) {
  ByteReader reader(frame);
  ResponseFrame response{.correlation_id = reader.read_i32(), .body = {}};
  if (has_tags_in_response_header(api, version)) skip_tags(reader);
  TRY(reader.status());
  response.body = frame.subspan(reader.position());
  return response;
}

}  // namespace tarn::kafka_protocol
