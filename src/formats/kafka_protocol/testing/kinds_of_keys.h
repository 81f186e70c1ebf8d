// A part of message_kinds(): in parts, because all of them take a minute to compile.
#pragma once

#include "formats/kafka_protocol/all_messages.h"
#include "formats/kafka_protocol/encoder.h"
#include "formats/kafka_protocol/testing/generator.h"
#include "formats/kafka_protocol/testing/message_kinds.h"

namespace tarn::kafka_protocol::testing {

template <class Message>
MessageKind kind_of(bool is_request, int16_t first, int16_t last) {
  return {.api = Message::kApi,
          .is_request = is_request,
          .first = first,
          .last = last,
          .made =
              [](uint64_t seed, int16_t version) {
                Generator generator(seed, version);
                return encode(generator.make<Message>(), version).joined();
              },
          .rewritten = [](BytesView bytes, int16_t version) -> Result<Bytes> {
            return encode(TRY(decode<Message>(bytes, version)), version).joined();
          }};
}

// Those with keys from kFrom to before kTo.
template <int16_t kFrom, int16_t kTo>
void add_kinds_of_keys(std::vector<MessageKind>& kinds) {
  for_each_message([&]<class Request, class Response>(int16_t first, int16_t last) {
    if constexpr (Request::kApi.key >= kFrom && Request::kApi.key < kTo) {
      kinds.push_back(kind_of<Request>(true, first, last));
      kinds.push_back(kind_of<Response>(false, first, last));
    }
  });
}

inline constexpr int16_t kSecondPart = 33;

void add_second_kinds(std::vector<MessageKind>& kinds);

}  // namespace tarn::kafka_protocol::testing
