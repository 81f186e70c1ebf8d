// The records of the internal topic __consumer_offsets, in Kafka's formats, so that the tools that
// read Kafka's topic read ours. Big-endian; string: i16 length and UTF-8, length -1: null; bytes:
// i32 length. Versions as in apache/kafka, group-coordinator/src/main/resources/common/message.
//
//   key 1 (offset):   i16 1 · group string · topic string · partition i32
//   value, version 3: i16 3 · offset i64 · leader epoch i32 · metadata string · commit time i64
//   key 2 (group):    i16 2 · group string
//   value, version 3: i16 3 · protocol type string · generation i32 · protocol string? ·
//                     leader string? · state time i64 · i32 count of members: member id string ·
//                     instance id string? · client id string · client host string ·
//                     rebalance timeout i32 · session timeout i32 · subscription bytes ·
//                     assignment bytes
//
// A null value is a tombstone: the offset or the group is gone.
#pragma once

#include <optional>
#include <variant>

#include "base/bytes.h"
#include "base/error.h"
#include "services/broker/classic_group.h"
#include "services/broker/group_requests.h"

namespace tarn::broker {

struct OffsetKey {
  GroupId group;
  TopicPartition partition;
  auto operator<=>(const OffsetKey&) const = default;
};
struct GroupKey {
  GroupId group;
  auto operator<=>(const GroupKey&) const = default;
};
// A key of a kind that we do not write.
struct UnknownKey {
  int16_t version = 0;
  auto operator<=>(const UnknownKey&) const = default;
};
using OffsetsKey = std::variant<OffsetKey, GroupKey, UnknownKey>;

Bytes encode_key(const OffsetKey& key);
Bytes encode_key(const GroupKey& key);
Result<OffsetsKey> decode_key(BytesView bytes);

Bytes encode_value(const CommittedOffset& offset);
Bytes encode_value(const StoredGroup& group);
// Versions 0 to 3; corrupt for others, and for bytes that end early.
Result<CommittedOffset> decode_offset_value(BytesView bytes);
Result<StoredGroup> decode_group_value(const GroupId& group, BytesView bytes);

}  // namespace tarn::broker
