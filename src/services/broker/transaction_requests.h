// What the transaction coordinator is asked, and what it answers: Kafka's transactions (KIP-98,
// KIP-360, KIP-890) without their wire.
#pragma once

#include <expected>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "formats/record/transaction_marker.h"
#include "services/broker/requests.h"
#include "services/broker/transaction_records.h"

namespace tarn::broker {

enum class TransactionError {
  none,
  coordinator_load_in_progress,
  coordinator_not_available,
  invalid_request,
  invalid_timeout,
  invalid_producer_id_mapping,  // the id is of another producer, or forgotten
  producer_fenced,              // a newer instance of the producer is there
  invalid_state,                // not now: no transaction is open, or it has ended the other way
  concurrent_transactions,      // the end of the last one is under way: try again
  transactional_id_not_found,
  unknown_topic_or_partition,
  operation_not_attempted,  // because of another partition of the request
  storage_failed,
};

// What clients may rely on: since KIP-890 each transaction has an epoch of its own, and partitions
// join it with their first record.
enum class TransactionProtocol { classic, epoch_per_transaction };

struct InitTransactions {
  std::string transactional_id;
  Millis timeout{};
  std::optional<ProducerIdentity> current;  // of a producer that goes on after an error (KIP-360)
};

struct EndTransaction {
  std::string transactional_id;
  ProducerIdentity producer;
  record::TransactionEnd end = record::TransactionEnd::abort;
  TransactionProtocol protocol = TransactionProtocol::classic;
};

using IdentityOrError = std::expected<ProducerIdentity, TransactionError>;

struct TransactionDescription {
  std::string transactional_id;
  StoredTransaction transaction;
};

}  // namespace tarn::broker
