// Transactions: which are open, in which partitions, and how they end.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "platform/os/clock.h"
#include "platform/runtime/blocking_pool.h"
#include "platform/runtime/event.h"
#include "platform/runtime/task.h"
#include "platform/telemetry/logger.h"
#include "services/broker/coordinator_log.h"
#include "services/broker/producer_ids.h"
#include "services/broker/transaction_requests.h"

namespace tarn::broker {

struct TransactionOptions {
  int32_t log_partitions = 4;                         // of __transaction_state, when it is created
  Millis timeout_max = std::chrono::minutes(15);      // transaction.max.timeout.ms
  Millis id_expiration = std::chrono::hours(24 * 7);  // transactional.id.expiration.ms
  size_t ids_max = 100'000;
};

struct TransactionCoordinatorParts {
  CoordinatorLog& log;
  Appender& appender;
  const TopicCatalog& topics;
  storage::Engine& engine;
  runtime::BlockingPool& pool;
  CommitInbox& inbox;
  ProducerIds& producer_ids;
  const os::Clock& clock;
  boost::asio::any_io_executor executor;
  telemetry::Logger logger;
  // The markers of a producer are durable; for those who hold something back until then.
  std::function<void(ProducerId, record::TransactionEnd)> ended;
};

// Keeps the transactional ids of this broker. A transaction ends in one transaction of the storage:
// the markers in all its partitions, among them those of __consumer_offsets, and the record in
// __transaction_state. So there is no half-ended one to take up after a crash. One that was open is
// known by what the logs say is open in them, whatever the records say. I/O thread.
class TransactionCoordinator final {
 public:
  TransactionCoordinator(TransactionCoordinatorParts parts, TransactionOptions options);

  // Fences the instance before: its open transaction is aborted.
  runtime::Awaitable<IdentityOrError> init(InitTransactions request);
  // One for each partition.
  runtime::Awaitable<std::vector<TransactionError>> add_partitions(
      std::string transactional_id, ProducerIdentity producer,
      std::vector<TopicPartition> partitions);
  // The partition that keeps the offsets of the group.
  runtime::Awaitable<TransactionError> add_offsets(std::string transactional_id,
                                                   ProducerIdentity producer,
                                                   TopicPartition offsets);
  // The identity for the next transaction.
  runtime::Awaitable<IdentityOrError> end(EndTransaction request);

  // May a batch of a transaction be appended? With epoch_per_transaction the partition joins.
  TransactionError check_append(const ProducerIdentity& producer, const TopicPartition& to,
                                TransactionProtocol protocol);

  [[nodiscard]] TransactionError status() const;
  [[nodiscard]] std::vector<TransactionDescription> list() const;
  [[nodiscard]] std::optional<TransactionDescription> describe(
      const std::string& transactional_id) const;

  // Tasks for the broker: the loading after start (again until it succeeds), then the timeouts.
  runtime::Task<void> run();
  // Forgets ids that were not used for long.
  void expire_ids();
  // Whoever waits is answered; nothing is taken any more.
  void close();

 private:
  struct Entry {
    StoredTransaction stored;
    // Whose request has made the identity what it is, so that it can be answered again.
    std::optional<ProducerIdentity> previous = {};
    bool is_changing = false;  // its next state is under way
    bool is_ending = false;    // and is the end of its transaction
  };
  using Entries = std::map<std::string, Entry>;
  // Keeps others from changing the entry. Its change may outlive the request.
  class Change;
  struct NextState {
    StoredTransaction stored;
    std::optional<ProducerIdentity> previous = {};
    Appender::Batches markers = {};
    std::optional<record::TransactionEnd> ends = {};
  };

  runtime::Awaitable<TransactionError> prepare(std::string_view transactional_id);
  [[nodiscard]] Entry* find(const std::string& transactional_id);
  // Is it the producer of the entry, and may it do something now?
  [[nodiscard]] static TransactionError check_producer(const Entry* entry,
                                                       const ProducerIdentity& producer);
  runtime::Awaitable<IdentityOrError> next_identity(ProducerIdentity now);
  runtime::Awaitable<IdentityOrError> create(InitTransactions request);
  runtime::Awaitable<IdentityOrError> renew(InitTransactions request);
  // The answer, when there is nothing to do.
  [[nodiscard]] static std::optional<IdentityOrError> answer_without_end(
      const Entry* entry, const EndTransaction& request);
  [[nodiscard]] NextState ended(const StoredTransaction& now, record::TransactionEnd end,
                                ProducerIdentity next) const;
  runtime::Awaitable<TransactionError> write(std::shared_ptr<Change> change, NextState next);
  void take(const std::string& transactional_id, const NextState& next);
  runtime::Awaitable<TransactionError> join(std::string transactional_id, ProducerIdentity producer,
                                            std::vector<TopicPartition> partitions);

  runtime::Task<void> load();
  static Status replay_record(const record::Record& record, Entries& entries);
  runtime::Task<void> reconcile();
  runtime::Awaitable<void> abort_hanging(ProducerIdentity producer,
                                         std::set<TopicPartition> partitions);
  runtime::Awaitable<void> abort_overdue();
  runtime::Awaitable<void> abort(std::string transactional_id);
  // For those of the partitions that still take records.
  [[nodiscard]] Appender::Batches markers(const std::set<TopicPartition>& partitions,
                                          const ProducerIdentity& producer,
                                          record::TransactionEnd end) const;
  void note_open(const std::string& transactional_id, const Entry& entry);

  TransactionCoordinatorParts parts_;
  TransactionOptions options_;
  Entries entries_;
  std::map<ProducerId, std::string> ids_;  // of the entries
  std::set<std::string> open_;             // with an open transaction
  runtime::Event changed_;
  bool is_loaded_ = false;
  bool is_closed_ = false;
};

}  // namespace tarn::broker
