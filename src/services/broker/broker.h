// The embedded broker: Kafka's meaning of topics, partitions and groups over the storage engine.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "base/bytes.h"
#include "engines/storage/engine.h"
#include "platform/os/clock.h"
#include "platform/runtime/blocking_pool.h"
#include "platform/runtime/task.h"
#include "platform/telemetry/logger.h"
#include "platform/telemetry/metrics.h"
#include "services/broker/answer.h"
#include "services/broker/group_coordinator.h"
#include "services/broker/requests.h"
#include "services/broker/retention.h"
#include "services/broker/topic_catalog.h"
#include "services/broker/transaction_coordinator.h"

namespace tarn::broker {

enum class AutoCreate { off, on };

struct MetadataChange {
  std::vector<storage::PutMetadata> entries;  // without a value: removed
  std::function<void()> apply;
};

struct BrokerOptions {
  int32_t node_id = 1;
  int32_t default_partitions = 1;
  AutoCreate auto_create = AutoCreate::on;  // of topics that clients name in Metadata
  size_t partitions_max = 20'000;           // of all topics together
  // Topics may ask for more than the one replica that is served.
  enum class Replication { any, strict } replication = Replication::any;
  size_t fetch_bytes_max = 16 << 20;  // of one answer, whatever the client asks for
  Millis housekeeping_interval = std::chrono::seconds(30);  // retention, offsets that expire
  Millis compaction_interval = std::chrono::seconds(15);    // between two looks for what is dirty
  uint64_t drop_held_below = 0;  // free bytes of the disk below which hold_records() is passed over
  uint64_t random_seed = 0;      // of topic and member ids; 0: by chance
  GroupOptions groups;
  TransactionOptions transactions;
};

// What all parts of the broker work with; outlives it.
struct BrokerContext {
  storage::Engine& engine;
  runtime::BlockingPool& pool;
  const os::Clock& clock;
  telemetry::Logger logger;
  telemetry::MetricRegistry& metrics;
  boost::asio::any_io_executor executor;  // of the one I/O thread
};

// Knows nothing of Kafka's wire. Lives on the I/O thread: all calls there, no locks. A coroutine
// that is cancelled stops waiting; what it has submitted is carried out all the same.
class Broker final {
 public:
  // Reads the catalog out of the engine. Errors: corrupt (topics and logs do not fit together).
  static Result<std::unique_ptr<Broker>> open(BrokerContext context, BrokerOptions options);
  ~Broker();
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  // Begins to load the groups and to keep house; once, on the running executor.
  void start();
  // Wakes what waits with shutting_down and returns when nothing is under way. Before ~Broker.
  runtime::Awaitable<void> stop();

  [[nodiscard]] const BrokerOptions& options() const;
  [[nodiscard]] const TopicCatalog& topics() const;
  // The broker's own settings under Kafka's names (num.partitions, ...).
  [[nodiscard]] std::vector<ConfigEntry> describe_config() const;
  GroupCoordinator& groups();
  [[nodiscard]] const GroupCoordinator& groups() const;

  // Durable when they return. Of a name that is just being created or deleted they await the end.
  // For clients: internal topics are only made by ensure_topic().
  runtime::Awaitable<Answer<Topic>> create_topic(NewTopic topic, Validate validate);
  // What exists is given as it is.
  runtime::Awaitable<Answer<Topic>> ensure_topic(NewTopic topic);
  runtime::Awaitable<Answer<void>> delete_topic(TopicName name, Origin origin);
  // count: the new number of partitions, above the old one.
  runtime::Awaitable<Answer<void>> create_partitions(TopicName name, int32_t count,
                                                     Validate validate);
  runtime::Awaitable<Answer<void>> alter_topic_config(TopicName name, ConfigChanges changes,
                                                      Validate validate);

  runtime::Awaitable<Answer<void>> alter_broker_config(BrokerScope scope, ConfigChanges changes,
                                                       Validate validate);

  // What others keep in the durable map beside the logs, under keys of theirs that begin alike
  // (docs/formats/broker-metadata.md).
  [[nodiscard]] std::map<std::string, Bytes> metadata(std::string_view prefix) const;
  // All entries durable together when it returns. `apply` has then been called, on success only; in
  // the order of the calls, and also when nobody awaits the answer any more.
  runtime::Awaitable<Answer<void>> put_metadata(MetadataChange change);

  // batch: the bytes of one partition as they came; the broker checks them (one batch of version 2,
  // checksum, size, timestamps). The batch is submitted before produce() returns, so batches of one
  // partition keep the order of the calls; the awaitable ends when it is durable or refused, and
  // may be dropped.
  // A client's, which may belong to a transaction.
  [[nodiscard]] runtime::Awaitable<Answer<Produced>> produce(
      TopicPartition to, MutableBytes batch,
      TransactionProtocol protocol = TransactionProtocol::classic);
  // All batches in one transaction: all durable, or none. In the order of the batches.
  [[nodiscard]] runtime::Awaitable<Answer<std::vector<Produced>>> produce_together(
      std::vector<std::pair<TopicPartition, MutableBytes>> batches);

  // Answers as soon as bytes_min are there, a partition is refused, or the deadline passes.
  runtime::Awaitable<FetchAnswer> fetch(FetchRequest request);
  [[nodiscard]] Answer<PartitionState> partition_state(const TopicPartition& of) const;
  // None: no record is that young, or the partition is empty (MaxTimestampOffset).
  runtime::Awaitable<Answer<std::optional<FoundOffset>>> find_offset(
      TopicPartition of, OffsetQuery query, Isolation isolation,
      std::optional<LeaderEpoch> current_epoch);
  // None: the epoch is older than all that are known.
  runtime::Awaitable<Answer<std::optional<EpochEnd>>> epoch_end(
      TopicPartition of, LeaderEpoch epoch, std::optional<LeaderEpoch> current_epoch);
  // Records below `before` are gone when it returns; none: all. The new log start.
  runtime::Awaitable<Answer<Offset>> delete_records(TopicPartition of,
                                                    std::optional<Offset> before);

  // Records that `holder` needs stay although their retention has passed; clients may delete them
  // all the same. Retention starts with begin_retention(), when all holders have spoken.
  void hold_records(const std::string& holder, log::Hold needs);
  void begin_retention();
  [[nodiscard]] std::optional<HeldRecords> held_records(const TopicPartition& of) const;

  // A new identity for an idempotent producer; its id was never given before.
  runtime::Awaitable<Answer<ProducerIdentity>> init_producer_id();
  TransactionCoordinator& transactions();
  // The group's offsets are to be part of the transaction.
  runtime::Awaitable<TransactionError> add_offsets(std::string transactional_id,
                                                   ProducerIdentity producer, GroupId group);
  // One error for each offset, or one for all.
  using OffsetErrors = std::vector<GroupError>;
  runtime::Awaitable<std::expected<OffsetErrors, TransactionError>> commit_offsets(
      OffsetCommitRequest request, ProducerIdentity transaction, TransactionProtocol protocol);
  runtime::Awaitable<Answer<std::vector<storage::ProducerState>>> producers(TopicPartition of);
  // What of a partition cannot be read any more; reads all of it.
  runtime::Awaitable<Answer<std::vector<storage::Damage>>> examine(TopicPartition which);
  // Gives that up, so that a quarantined partition takes records again.
  runtime::Awaitable<Answer<std::vector<storage::Damage>>> repair(TopicPartition which);
  // For an administrator: ends what nobody else can.
  runtime::Awaitable<Answer<void>> end_transaction(TopicPartition in, ProducerIdentity producer,
                                                   record::TransactionEnd end);

 private:
  class Parts;
  Broker();
  std::unique_ptr<Parts> parts_;
};

}  // namespace tarn::broker
