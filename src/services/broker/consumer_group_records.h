// The records of consumer groups (KIP-848) in __consumer_offsets, in Kafka's formats. Big-endian;
// keys: i16 part · group string (i16 length) · for parts of a member its id, for a regular
// expression its text, as a string. Values, all of version 0, are flexible: i16 0 · fields · tagged
// fields, with the lengths of compact strings and arrays plus one as unsigned varints (null: 0).
//
//   3 group:        epoch i32 · tag 0: metadata hash i64
//   5 member:       instance id? · rack id? · client id · client host · array of topic names ·
//                   regular expression? · rebalance timeout i32 · assignor? · tag 0: what a member
//                   of the classic protocol supports
//   6 target epoch: epoch i32
//   7 target:       partitions
//   8 current:      epoch i32 · previous epoch i32 · state i8 · assigned partitions ·
//                   partitions pending revocation
//   16 regex:       array of topic names · version i64 · time i64
//   partitions:     array of {topic id, 16 bytes · array of i32 · tagged fields}
//
// Unknown tags are passed over. A null value is a tombstone.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "base/error.h"
#include "services/broker/consumer_group.h"

namespace tarn::broker {

Bytes encode_key(const ConsumerGroupKey& key);
// part: the number that the key begins with. None: no part of a consumer group. corrupt: no key.
Result<std::optional<ConsumerGroupKey>> decode_consumer_group_key(BytesView bytes);

// None: the group has no such part; a tombstone is due.
std::optional<Bytes> encode_value(const ConsumerGroupData& group, const ConsumerGroupKey& key);
// Puts what a record says into the group; no value: takes it out. Errors: corrupt.
Status apply_record(ConsumerGroupData& group, const ConsumerGroupKey& key,
                    std::optional<BytesView> value);

}  // namespace tarn::broker
