// The first two bytes choose a message and its version; what decodes must encode to bytes that
// decode to the same.
#include <cstdlib>

#include "formats/kafka_protocol/header.h"
#include "formats/kafka_protocol/testing/message_kinds.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tarn;
  using namespace tarn::kafka_protocol;
  if (size < 2) return 0;
  const BytesView input = std::as_bytes(std::span(data, size)).subspan(2);
  (void)read_request(input, (data[1] & 1) != 0);
  static const auto kKinds = testing::message_kinds();
  if (data[0] >= kKinds.size()) return 0;
  const auto& kind = kKinds[data[0]];
  const auto version = static_cast<int16_t>(kind.first + data[1] % (kind.last - kind.first + 1));
  const auto once = kind.rewritten(input, version);
  if (!once) return 0;
  const auto twice = kind.rewritten(*once, version);
  if (!twice || *twice != *once) std::abort();
  return 0;
}
