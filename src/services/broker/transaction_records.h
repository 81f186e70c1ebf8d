// The records of the internal topic __transaction_state, in Kafka's formats, so that the tools that
// read Kafka's topic read ours. Big-endian; string: i16 length and UTF-8. Versions as in
// apache/kafka, transaction-coordinator/src/main/resources/common/message.
//
//   key 0:            i16 0 · transactional id string
//   value, version 0: i16 0 · producer id i64 · producer epoch i16 · timeout i32 (ms) · state i8 ·
//                     i32 count of topics, -1: none: topic string · i32 count: partition i32 ·
//                     last update i64 · start i64 (-1: none)
//
// A null value is a tombstone: the transactional id is forgotten. Version 1 has compact lengths and
// tagged fields; it is read, not written.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "services/broker/requests.h"

namespace tarn::broker {

// Numbers as in the records. Here the states in the middle last no longer than one round of the
// storage and are never written.
enum class TransactionState : int8_t {
  empty = 0,
  ongoing = 1,
  prepare_commit = 2,
  prepare_abort = 3,
  complete_commit = 4,
  complete_abort = 5,
  dead = 6,
  prepare_epoch_fence = 7,
};
// The words of Kafka's answers: Empty, Ongoing, PrepareCommit, ...
std::string_view to_string(TransactionState state);

struct StoredTransaction {
  ProducerIdentity producer;
  Millis timeout{};
  TransactionState state = TransactionState::empty;
  std::set<TopicPartition> partitions;
  Timestamp updated{};
  std::optional<Timestamp> started;
  bool operator==(const StoredTransaction&) const = default;
};

Bytes encode_transaction_key(std::string_view transactional_id);
// None: of a kind that we do not know.
Result<std::optional<std::string>> decode_transaction_key(BytesView bytes);
Bytes encode_value(const StoredTransaction& transaction);
// Versions 0 and 1; corrupt for others, and for bytes that end early.
Result<StoredTransaction> decode_transaction_value(BytesView bytes);

}  // namespace tarn::broker
