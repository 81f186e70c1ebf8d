// What the broker answers when it will not do what it is asked to do.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "base/error.h"

namespace tarn::broker {

enum class Reason {
  unknown_topic_or_partition,
  unknown_topic_id,
  invalid_topic_name,
  topic_already_exists,
  invalid_partitions,
  invalid_replication_factor,
  invalid_config,
  internal_topic,          // clients may not write to it or delete it
  too_many_partitions,     // the limit of this broker
  corrupt_batch,           // checksum, length, or damage on the disk
  invalid_record,          // a batch that is whole but breaks a rule
  unsupported_format,      // a batch older than version 2
  message_too_large,       // above max.message.bytes
  invalid_timestamp,       // outside of message.timestamp.before/after.max.ms
  offset_out_of_range,     // below the log start or above the high watermark
  fenced_leader_epoch,     // the client's epoch is older
  unknown_leader_epoch,    // the client's epoch is newer
  out_of_order_sequence,   // idempotent producer: a gap
  duplicate_sequence,      // an old duplicate whose offset is not known any more
  invalid_producer_epoch,  // a newer instance of the producer has written
  invalid_transaction,     // no transaction of the producer is open there
  transaction_ends,        // the end of the last one is under way: try again
  transactions_load,       // the broker has just started: try again
  storage_full,            // no space on the disk: try again later
  storage_failed,          // a write or fsync failed: the process must be started anew
  shutting_down,
};

// A reason for programs and a sentence for the person who must act.
struct Refusal {
  Reason reason = Reason::shutting_down;
  std::string message;
  std::vector<int32_t> records = {};  // of the batch, counted from 0, that break the rule
};

template <class T>
using Answer = std::expected<T, Refusal>;

inline std::unexpected<Refusal> refuse(Reason reason, std::string message) {
  return std::unexpected(Refusal{reason, std::move(message)});
}

// For callers inside the process that know no broker.
Error to_error(const Refusal& refusal);

}  // namespace tarn::broker
