#include "edges/kafka_server/errors.h"

namespace tarn::kafka_server {

using broker::GroupError;
using broker::Reason;
using broker::TransactionError;
using kafka_protocol::KafkaError;

KafkaError to_kafka(Reason reason) {
  switch (reason) {
    case Reason::unknown_topic_or_partition:
      return KafkaError::unknown_topic_or_partition;
    case Reason::unknown_topic_id:
      return KafkaError::unknown_topic_id;
    case Reason::invalid_topic_name:
      return KafkaError::invalid_topic;
    case Reason::topic_already_exists:
      return KafkaError::topic_already_exists;
    case Reason::invalid_partitions:
      return KafkaError::invalid_partitions;
    case Reason::invalid_replication_factor:
      return KafkaError::invalid_replication_factor;
    case Reason::invalid_config:
      return KafkaError::invalid_config;
    case Reason::internal_topic:
      return KafkaError::invalid_topic;
    case Reason::too_many_partitions:
      return KafkaError::policy_violation;
    case Reason::corrupt_batch:
      return KafkaError::corrupt_message;
    case Reason::invalid_record:
      return KafkaError::invalid_record;
    case Reason::unsupported_format:
      return KafkaError::unsupported_for_message_format;
    case Reason::message_too_large:
      return KafkaError::message_too_large;
    case Reason::invalid_timestamp:
      return KafkaError::invalid_timestamp;
    case Reason::offset_out_of_range:
      return KafkaError::offset_out_of_range;
    case Reason::fenced_leader_epoch:
      return KafkaError::fenced_leader_epoch;
    case Reason::unknown_leader_epoch:
      return KafkaError::unknown_leader_epoch;
    case Reason::out_of_order_sequence:
      return KafkaError::out_of_order_sequence_number;
    case Reason::duplicate_sequence:
      return KafkaError::duplicate_sequence_number;
    case Reason::invalid_producer_epoch:
      return KafkaError::invalid_producer_epoch;
    case Reason::invalid_transaction:
      return KafkaError::invalid_txn_state;
    case Reason::transaction_ends:
      return KafkaError::concurrent_transactions;
    // Of the codes that producers try again after, the one that Kafka gives.
    case Reason::transactions_load:
      return KafkaError::not_enough_replicas;
    case Reason::storage_full:
    case Reason::storage_failed:
      return KafkaError::kafka_storage_error;
    // Clients look for the leader again, and find the next process.
    case Reason::shutting_down:
      return KafkaError::not_leader_or_follower;
  }
  return KafkaError::unknown_server_error;
}

KafkaError to_kafka(TransactionError error) {
  switch (error) {
    case TransactionError::none:
      return KafkaError::none;
    case TransactionError::coordinator_load_in_progress:
      return KafkaError::coordinator_load_in_progress;
    case TransactionError::coordinator_not_available:
    case TransactionError::storage_failed:
      return KafkaError::coordinator_not_available;
    case TransactionError::invalid_request:
      return KafkaError::invalid_request;
    case TransactionError::invalid_timeout:
      return KafkaError::invalid_transaction_timeout;
    case TransactionError::invalid_producer_id_mapping:
      return KafkaError::invalid_producer_id_mapping;
    case TransactionError::producer_fenced:
      return KafkaError::producer_fenced;
    case TransactionError::invalid_state:
      return KafkaError::invalid_txn_state;
    case TransactionError::concurrent_transactions:
      return KafkaError::concurrent_transactions;
    case TransactionError::transactional_id_not_found:
      return KafkaError::transactional_id_not_found;
    case TransactionError::unknown_topic_or_partition:
      return KafkaError::unknown_topic_or_partition;
    case TransactionError::operation_not_attempted:
      return KafkaError::operation_not_attempted;
  }
  return KafkaError::unknown_server_error;
}

KafkaError to_kafka(GroupError error) {
  switch (error) {
    case GroupError::none:
      return KafkaError::none;
    case GroupError::invalid_group_id:
      return KafkaError::invalid_group_id;
    case GroupError::coordinator_not_available:
      return KafkaError::coordinator_not_available;
    case GroupError::coordinator_load_in_progress:
      return KafkaError::coordinator_load_in_progress;
    case GroupError::inconsistent_group_protocol:
      return KafkaError::inconsistent_group_protocol;
    case GroupError::unknown_member_id:
      return KafkaError::unknown_member_id;
    case GroupError::member_id_required:
      return KafkaError::member_id_required;
    case GroupError::invalid_session_timeout:
      return KafkaError::invalid_session_timeout;
    case GroupError::rebalance_in_progress:
      return KafkaError::rebalance_in_progress;
    case GroupError::illegal_generation:
      return KafkaError::illegal_generation;
    case GroupError::fenced_instance_id:
      return KafkaError::fenced_instance_id;
    case GroupError::group_max_size_reached:
      return KafkaError::group_max_size_reached;
    case GroupError::non_empty_group:
      return KafkaError::non_empty_group;
    case GroupError::group_id_not_found:
      return KafkaError::group_id_not_found;
    case GroupError::group_subscribed_to_topic:
      return KafkaError::group_subscribed_to_topic;
    case GroupError::offset_metadata_too_large:
      return KafkaError::offset_metadata_too_large;
    case GroupError::invalid_commit_offset_size:
      return KafkaError::invalid_commit_offset_size;
    case GroupError::fenced_member_epoch:
      return KafkaError::fenced_member_epoch;
    case GroupError::stale_member_epoch:
      return KafkaError::stale_member_epoch;
    case GroupError::unreleased_instance_id:
      return KafkaError::unreleased_instance_id;
    case GroupError::unsupported_assignor:
      return KafkaError::unsupported_assignor;
    case GroupError::invalid_regular_expression:
      return KafkaError::invalid_regular_expression;
    case GroupError::invalid_request:
      return KafkaError::invalid_request;
    case GroupError::unsupported_version:
      return KafkaError::unsupported_version;
    case GroupError::unknown_topic_or_partition:
      return KafkaError::unknown_topic_or_partition;
    case GroupError::storage_failed:
      return KafkaError::kafka_storage_error;
  }
  return KafkaError::unknown_server_error;
}

}  // namespace tarn::kafka_server
