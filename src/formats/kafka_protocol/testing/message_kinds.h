// Every message that is described (all_messages.h), without its type: what is done with all of them
// is compiled once, here, and not in each test.
#pragma once

#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "formats/kafka_protocol/api.h"

namespace tarn::kafka_protocol::testing {

struct MessageKind {
  Api api;
  bool is_request = false;
  int16_t first = 0;  // version
  int16_t last = 0;
  // A made-up message (generator.h), encoded.
  Bytes (*made)(uint64_t seed, int16_t version) = nullptr;
  // Decoded and encoded again. Errors: corrupt.
  Result<Bytes> (*rewritten)(BytesView bytes, int16_t version) = nullptr;
};

// Requests and responses in turns, by their keys.
std::vector<MessageKind> message_kinds();

}  // namespace tarn::kafka_protocol::testing
