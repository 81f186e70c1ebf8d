// What decodes is encoded and decoded again to the same value.
#include <cstdint>
#include <span>

#include "base/check.h"
#include "services/broker/offsets_records.h"
#include "services/broker/topic_catalog.h"

namespace tarn::broker {
namespace {

void check_offset(BytesView input) {
  const auto offset = decode_offset_value(input);
  if (!offset) return;
  const auto again = decode_offset_value(encode_value(*offset));
  check(again && *again == *offset, "offset round trip");
}

void check_group(BytesView input) {
  const GroupId id("g");
  const auto group = decode_group_value(id, input);
  if (!group) return;
  const auto again = decode_group_value(id, encode_value(*group));
  check(again && *again == *group, "group round trip");
}

void check_key(BytesView input) {
  const auto key = decode_key(input);
  if (!key) return;
  if (const auto* offset = std::get_if<OffsetKey>(&*key)) {
    const auto again = decode_key(encode_key(*offset));
    check(again && *again == *key, "offset key round trip");
  } else if (const auto* group = std::get_if<GroupKey>(&*key)) {
    const auto again = decode_key(encode_key(*group));
    check(again && *again == *key, "group key round trip");
  }
}

void check_topic(BytesView input) {
  const TopicName name("t");
  const auto topic = decode_topic(name, input);
  if (!topic) return;
  const Bytes encoded = encode_topic(*topic);
  const auto again = decode_topic(name, encoded);
  check(again && encode_topic(*again) == encoded, "topic round trip");
}

}  // namespace
}  // namespace tarn::broker

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const tarn::BytesView input = std::as_bytes(std::span(data, size));
  tarn::broker::check_offset(input);
  tarn::broker::check_group(input);
  tarn::broker::check_key(input);
  tarn::broker::check_topic(input);
  (void)tarn::broker::subscribed_topics(input);
  return 0;
}
