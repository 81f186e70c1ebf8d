// The first two bytes choose a message and its version; what decodes must encode to bytes that
// decode to the same.
#include <cstdlib>

#include "formats/kafka_protocol/all_messages.h"
#include "formats/kafka_protocol/encoder.h"
#include "formats/kafka_protocol/header.h"

namespace {

using namespace tarn;
using namespace tarn::kafka_protocol;

template <class Message>
void round_trip(BytesView input, int16_t version) {
  auto first = decode<Message>(input, version);
  if (!first) return;
  const Bytes once = encode(*first, version).joined();
  auto second = decode<Message>(once, version);
  if (!second) std::abort();
  if (encode(*second, version).joined() != once) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const BytesView input = std::as_bytes(std::span(data, size)).subspan(2);
  (void)read_request(input, (data[1] & 1) != 0);
  int chosen = data[0];
  for_each_message([&]<class Request, class Response>(int16_t first, int16_t last) {
    const auto version = static_cast<int16_t>(first + data[1] % (last - first + 1));
    if (chosen-- == 0) round_trip<Request>(input, version);
    if (chosen-- == 0) round_trip<Response>(input, version);
  });
  return 0;
}
