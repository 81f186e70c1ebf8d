#include "services/broker/answer.h"

namespace tarn::broker {
namespace {

ErrorCode code_of(Reason reason) {
  switch (reason) {
    case Reason::unknown_topic_or_partition:
    case Reason::unknown_topic_id:
      return ErrorCode::not_found;
    case Reason::topic_already_exists:
      return ErrorCode::already_exists;
    case Reason::invalid_topic_name:
    case Reason::invalid_partitions:
    case Reason::invalid_replication_factor:
    case Reason::invalid_config:
    case Reason::invalid_record:
    case Reason::unsupported_format:
    case Reason::message_too_large:
    case Reason::invalid_timestamp:
      return ErrorCode::invalid_argument;
    case Reason::internal_topic:
      return ErrorCode::permission_denied;
    case Reason::corrupt_batch:
      return ErrorCode::corrupt;
    case Reason::offset_out_of_range:
      return ErrorCode::out_of_range;
    case Reason::fenced_leader_epoch:
    case Reason::unknown_leader_epoch:
    case Reason::out_of_order_sequence:
    case Reason::duplicate_sequence:
    case Reason::invalid_producer_epoch:
    case Reason::invalid_transaction:
      return ErrorCode::failed_precondition;
    case Reason::too_many_partitions:
    case Reason::storage_full:
      return ErrorCode::resource_exhausted;
    case Reason::transaction_ends:
    case Reason::transactions_load:
    case Reason::storage_failed:
    case Reason::shutting_down:
      return ErrorCode::unavailable;
  }
  return ErrorCode::internal;
}

}  // namespace

Error to_error(const Refusal& refusal) {
  return {code_of(refusal.reason), refusal.message};
}

}  // namespace tarn::broker
