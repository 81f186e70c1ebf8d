// The first byte chooses a kind of record; what decodes is encoded and decoded to the same.
#include <array>
#include <cstdint>
#include <span>

#include "base/check.h"
#include "services/broker/consumer_group_records.h"

namespace tarn::broker {
namespace {

constexpr std::array kParts{ConsumerGroupPart::group,        ConsumerGroupPart::member,
                            ConsumerGroupPart::target_epoch, ConsumerGroupPart::target,
                            ConsumerGroupPart::current,      ConsumerGroupPart::regex};

void check_value(BytesView input, ConsumerGroupPart part) {
  const ConsumerGroupKey key{part, GroupId("g"), "m"};
  ConsumerGroupData first;
  if (!apply_record(first, key, input)) return;
  const auto encoded = encode_value(first, key);
  check(encoded.has_value(), "what was read can be written");
  ConsumerGroupData again;
  check(apply_record(again, key, *encoded).has_value() && again == first, "value round trip");
}

void check_key(BytesView input) {
  const auto key = decode_consumer_group_key(input);
  if (!key || !*key) return;
  const auto again = decode_consumer_group_key(encode_key(**key));
  check(again && *again == *key, "key round trip");
}

}  // namespace
}  // namespace tarn::broker

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const tarn::BytesView input = std::as_bytes(std::span(data, size)).subspan(1);
  tarn::broker::check_key(input);
  tarn::broker::check_value(input, tarn::broker::kParts[data[0] % tarn::broker::kParts.size()]);
  return 0;
}
