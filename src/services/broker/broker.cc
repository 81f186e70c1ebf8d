#include "services/broker/broker.h"

#include <algorithm>
#include <random>
#include <stop_token>

#include <fmt/format.h>

#include "platform/runtime/event.h"
#include "platform/runtime/sleep.h"
#include "platform/runtime/task_group.h"
#include "services/broker/appender.h"
#include "services/broker/broker_config.h"
#include "services/broker/broker_metrics.h"
#include "services/broker/commit_inbox.h"
#include "services/broker/completion.h"
#include "services/broker/coordinator_log.h"
#include "services/broker/fetcher.h"
#include "services/broker/long_polls.h"
#include "services/broker/offset_finder.h"
#include "services/broker/own_config.h"
#include "services/broker/producer_ids.h"
#include "services/broker/topic_admin.h"

namespace tarn::broker {
namespace {

uint64_t seed_of(const BrokerOptions& options) {
  if (options.random_seed != 0) return options.random_seed;
  std::random_device device;
  return (uint64_t{device()} << 32) | device();
}

// Topics and logs are changed together; whatever does not fit is damage.
Status check_logs(const TopicCatalog& topics, const std::map<LogId, storage::LogState>& logs) {
  for (const auto& [name, topic] : topics.all()) {
    for (LogId log : topic.partitions) {
      if (logs.contains(log)) continue;
      return Error(ErrorCode::corrupt,
                   fmt::format("topic '{}' has a partition whose log {} is not there", name.value(),
                               log.value()));
    }
  }
  return {};
}

template <class T>
std::shared_ptr<Completion<T>> make_completion(const BrokerContext& context) {
  return std::make_shared<Completion<T>>(context.executor);
}

Answer<void> answer_of(TransactionError error) {
  switch (error) {
    case TransactionError::none:
      return {};
    case TransactionError::coordinator_load_in_progress:
    case TransactionError::coordinator_not_available:
      return refuse(Reason::transactions_load, "the transactions are being loaded");
    case TransactionError::concurrent_transactions:
      return refuse(Reason::transaction_ends, "the end of the last transaction is under way");
    case TransactionError::producer_fenced:
      return refuse(Reason::invalid_producer_epoch, "the transactional id has another epoch");
    default:
      return refuse(Reason::invalid_transaction,
                    "the partition is not part of an open transaction of this producer");
  }
}

using ProducedAll = Answer<std::vector<Produced>>;

runtime::Awaitable<Answer<Produced>> only_one(std::shared_ptr<Completion<ProducedAll>> done) {
  auto produced = co_await Completion<ProducedAll>::wait(std::move(done));
  if (!produced) co_return std::unexpected(std::move(produced).error());
  co_return produced->front();
}

TopicLimits limits_of(const BrokerOptions& options) {
  const bool is_strict = options.replication == BrokerOptions::Replication::strict;
  return {.default_partitions = options.default_partitions,
          .partitions_max = options.partitions_max,
          .replicas_max = is_strict ? 1 : INT16_MAX};
}

}  // namespace

class Broker::Parts {
 public:
  Parts(const Broker& broker, BrokerContext given, BrokerOptions chosen, TopicCatalog catalog,
        ProducerIds producers)
      : context(std::move(given)),
        options(chosen),
        seed(seed_of(chosen)),
        topics(std::move(catalog)),
        producer_ids(std::move(producers)),
        inbox(context.engine, context.executor),
        admin({.topics = topics,
               .engine = context.engine,
               .inbox = inbox,
               .polls = polls,
               .executor = context.executor,
               .logger = context.logger},
              limits_of(chosen), seed),
        appender({.topics = topics,
                  .engine = context.engine,
                  .inbox = inbox,
                  .polls = polls,
                  .clock = context.clock,
                  .executor = context.executor}),
        fetcher({.topics = topics,
                 .engine = context.engine,
                 .pool = context.pool,
                 .polls = polls,
                 .clock = context.clock,
                 .executor = context.executor}),
        finder(context.engine, context.pool),
        retention({.topics = topics,
                   .engine = context.engine,
                   .pool = context.pool,
                   .logger = context.logger},
                  chosen.drop_held_below),
        offsets_log(log_parts(), {.topic = TopicName("__consumer_offsets"),
                                  .partitions = chosen.groups.offsets_partitions,
                                  .segment_bytes = chosen.groups.offsets_segment_bytes}),
        transaction_log(log_parts(), {.topic = TopicName("__transaction_state"),
                                      .partitions = chosen.transactions.log_partitions}),
        groups({.log = offsets_log,
                .topics = topics,
                .clock = context.clock,
                .executor = context.executor,
                .logger = context.logger,
                .random_seed = seed + 1},
               chosen.groups),
        transactions({.log = transaction_log,
                      .appender = appender,
                      .topics = topics,
                      .engine = context.engine,
                      .pool = context.pool,
                      .inbox = inbox,
                      .producer_ids = producer_ids,
                      .clock = context.clock,
                      .executor = context.executor,
                      .logger = context.logger,
                      .ended =
                          [this](ProducerId producer, record::TransactionEnd end) {
                            groups.end_transaction(producer, end);
                          }},
                     chosen.transactions),
        metrics(broker, context.metrics),
        tasks(context.executor, [this](const std::string& name, const Error& error) {
          context.logger.error("a task of the broker has ended",
                               {{"task", name}, {"reason", error.message()}});
        }) {
    admin.on_deleted([this](const TopicName& topic) { groups.forget_topic(topic); });
  }

  runtime::Task<void> keep_house() {
    while (true) {
      co_await runtime::sleep_for(options.housekeeping_interval);
      if (auto status = co_await retention.run(); !status) {
        context.logger.warn("old records could not be removed",
                            {{"reason", status.error().message()}});
      }
      groups.expire_offsets();
      transactions.expire_ids();
    }
  }

  // Logs that a program made which did not compact do not know yet that they are to be. What a log
  // knows already is not written.
  void configure_compacted() {
    storage::Transaction transaction;
    for (const auto& [name, topic] : topics.all()) {
      if (!topic.settings.log.compact) continue;
      for (LogId log : topic.partitions) {
        transaction.emplace_back(storage::ConfigureLog{log, topic.settings.log});
      }
    }
    if (transaction.empty()) return;
    inbox.submit(std::move(transaction), [this](const Answer<storage::Committed>& done) {
      if (done) return;
      context.logger.warn("compacted topics of an older storage are not compacted yet",
                          {{"reason", done.error().message}});
    });
  }

  // An interval that is set meanwhile holds at once.
  runtime::Awaitable<void> until_next_compaction() {
    const os::MonotonicTime last = context.clock.monotonic();
    while (co_await config_changed.wait_until(
        last + compaction_interval(topics.broker_configs(), options.compaction_interval))) {
    }
  }

  // Beside the rest of the housekeeping: it may take long.
  runtime::Task<void> keep_compact() {
    while (true) {
      co_await until_next_compaction();
      if (auto status = co_await retention.compact(&compactor, compaction_stop.get_token());
          !status) {
        context.logger.warn("not all compacted topics could be compacted",
                            {{"reason", status.error().message()}});
      }
    }
  }

  // What the groups hold back for transactions is known before any of these ends.
  runtime::Task<void> run_transactions() {
    co_await groups.wait_until_loaded();
    co_return co_await transactions.run();
  }

  // What is no batch is for the appender to refuse.
  Answer<void> check_transaction(const TopicPartition& to, const MutableBytes& batch,
                                 TransactionProtocol protocol) {
    const auto header = record::read_batch_header(batch.view());
    if (!header || !header->is_transactional()) return {};
    return answer_of(
        transactions.check_append({header->producer_id, header->producer_epoch}, to, protocol));
  }

  // On the pool: it blocks on the disk.
  template <class Question>
  auto ask_engine(TopicPartition about, Question question) -> runtime::Awaitable<
      Answer<typename std::invoke_result_t<Question, storage::Engine&, LogId>::value_type>> {
    const auto log = topics.log_of(about);
    if (!log) co_return std::unexpected(log.error());
    auto answer = co_await context.pool.run(
        [this, question, log = *log] { return std::invoke(question, context.engine, log); });
    if (!answer) co_return std::unexpected(to_refusal(answer.error()));
    co_return *std::move(answer);
  }

  [[nodiscard]] CoordinatorLogParts log_parts() {
    return {.topics = topics,
            .admin = admin,
            .appender = appender,
            .fetcher = fetcher,
            .clock = context.clock};
  }

  BrokerContext context;
  BrokerOptions options;
  uint64_t seed;
  TopicCatalog topics;
  ProducerIds producer_ids;
  CommitInbox inbox;
  LongPolls polls;
  TopicAdmin admin;
  Appender appender;
  Fetcher fetcher;
  OffsetFinder finder;
  Retention retention;
  CoordinatorLog offsets_log;
  CoordinatorLog transaction_log;
  GroupCoordinator groups;
  TransactionCoordinator transactions;
  BrokerMetrics metrics;
  runtime::Event config_changed{context.executor};
  runtime::BlockingPool compactor{1};
  std::stop_source compaction_stop;
  runtime::TaskGroup tasks;
};

Result<std::unique_ptr<Broker>> Broker::open(BrokerContext context, BrokerOptions options) {
  const auto metadata = context.engine.metadata();
  auto topics = TRY(TopicCatalog::load(metadata));
  TRY(check_logs(topics, context.engine.logs()));
  auto producers = TRY(ProducerIds::load(metadata));
  std::unique_ptr<Broker> broker(new Broker());
  broker->parts_ = std::make_unique<Parts>(*broker, std::move(context), options, std::move(topics),
                                           std::move(producers));
  return broker;
}

Broker::Broker() = default;
Broker::~Broker() = default;

void Broker::start() {
  parts_->configure_compacted();
  parts_->tasks.spawn("load consumer groups", parts_->groups.load());
  parts_->tasks.spawn("consumer group timers", parts_->groups.run_timers());
  parts_->tasks.spawn("transactions", parts_->run_transactions());
  parts_->tasks.spawn("housekeeping", parts_->keep_house());
  parts_->tasks.spawn("compaction", parts_->keep_compact());
}

runtime::Awaitable<void> Broker::stop() {
  parts_->compaction_stop.request_stop();
  parts_->appender.close();
  parts_->polls.close();
  parts_->groups.close();
  parts_->transactions.close();
  co_await parts_->appender.stop();
  co_await parts_->tasks.stop();
  co_await parts_->inbox.wait_until_idle();
}

const BrokerOptions& Broker::options() const {
  return parts_->options;
}
const TopicCatalog& Broker::topics() const {
  return parts_->topics;
}
GroupCoordinator& Broker::groups() {
  return parts_->groups;
}
const GroupCoordinator& Broker::groups() const {
  return parts_->groups;
}
std::vector<ConfigEntry> Broker::describe_config() const {
  return describe_broker_config(parts_->options, parts_->topics.broker_configs());
}

runtime::Awaitable<Answer<Topic>> Broker::create_topic(NewTopic topic, Validate validate) {
  // Whoever made __consumer_offsets with settings of its own would have them lost one day.
  if (is_internal(topic.name)) {
    co_return refuse(
        Reason::internal_topic,
        fmt::format("'{}': topics that begin with '__' belong to the broker", topic.name.value()));
  }
  co_return co_await parts_->admin.create(std::move(topic), validate);
}
runtime::Awaitable<Answer<Topic>> Broker::ensure_topic(NewTopic topic) {
  return parts_->admin.ensure(std::move(topic));
}
runtime::Awaitable<Answer<void>> Broker::delete_topic(TopicName name, Origin origin) {
  return parts_->admin.remove(std::move(name), origin);
}
runtime::Awaitable<Answer<void>> Broker::create_partitions(TopicName name, int32_t count,
                                                           Validate validate) {
  return parts_->admin.create_partitions(std::move(name), count, validate);
}
runtime::Awaitable<Answer<void>> Broker::alter_topic_config(TopicName name, ConfigChanges changes,
                                                            Validate validate) {
  return parts_->admin.alter_config(std::move(name), std::move(changes), validate);
}
runtime::Awaitable<Answer<void>> Broker::alter_broker_config(BrokerScope scope,
                                                             ConfigChanges changes,
                                                             Validate validate) {
  auto altered = co_await parts_->admin.alter_broker_config(scope, std::move(changes), validate);
  parts_->config_changed.notify_all();
  co_return altered;
}

std::map<std::string, Bytes> Broker::metadata(std::string_view prefix) const {
  auto entries = parts_->context.engine.metadata();
  std::erase_if(entries, [&](const auto& entry) { return !entry.first.starts_with(prefix); });
  return entries;
}
runtime::Awaitable<Answer<void>> Broker::put_metadata(MetadataChange change) {
  auto done = make_completion<Answer<void>>(parts_->context);
  storage::Transaction transaction;
  for (auto& entry : change.entries) transaction.emplace_back(std::move(entry));
  parts_->inbox.submit(std::move(transaction), [done, apply = std::move(change.apply)](
                                                   Answer<storage::Committed> result) {
    if (result) apply();
    done->set(result ? Answer<void>() : std::unexpected(std::move(result).error()));
  });
  co_return co_await Completion<Answer<void>>::wait(done);
}

runtime::Awaitable<Answer<Produced>> Broker::produce(TopicPartition to, MutableBytes batch,
                                                     TransactionProtocol protocol) {
  auto done = make_completion<ProducedAll>(parts_->context);
  if (auto fine = parts_->check_transaction(to, batch, protocol); !fine) {
    done->set(std::unexpected(std::move(fine).error()));
    return only_one(std::move(done));
  }
  Appender::Batches batches;
  batches.emplace_back(std::move(to), std::move(batch));
  parts_->appender.append(std::move(batches), Origin::client,
                          [done](ProducedAll produced) { done->set(std::move(produced)); });
  return only_one(std::move(done));
}

runtime::Awaitable<ProducedAll> Broker::produce_together(
    std::vector<std::pair<TopicPartition, MutableBytes>> batches) {
  auto done = make_completion<ProducedAll>(parts_->context);
  parts_->appender.append(std::move(batches), Origin::internal,
                          [done](ProducedAll produced) { done->set(std::move(produced)); });
  return Completion<ProducedAll>::wait(std::move(done));
}

runtime::Awaitable<FetchAnswer> Broker::fetch(FetchRequest request) {
  request.bytes_max = std::min(request.bytes_max, parts_->options.fetch_bytes_max);
  return parts_->fetcher.fetch(std::move(request));
}

Answer<PartitionState> Broker::partition_state(const TopicPartition& of) const {
  return parts_->fetcher.state(of);
}

runtime::Awaitable<Answer<std::optional<FoundOffset>>> Broker::find_offset(
    TopicPartition of, OffsetQuery query, Isolation isolation,
    std::optional<LeaderEpoch> current_epoch) {
  const auto state = parts_->fetcher.state(of);
  if (!state) co_return std::unexpected(state.error());
  if (auto fine = Fetcher::check_epoch(*state, current_epoch); !fine) {
    co_return std::unexpected(std::move(fine).error());
  }
  if (std::holds_alternative<LatestOffset>(query)) {
    const bool is_committed = isolation == Isolation::read_committed;
    co_return FoundOffset{.offset = is_committed ? state->last_stable : state->high_watermark,
                          .timestamp = std::nullopt,
                          .epoch = state->epoch};
  }
  co_return co_await parts_->finder.find(*parts_->topics.log_of(of), query, *state);
}

runtime::Awaitable<Answer<std::optional<EpochEnd>>> Broker::epoch_end(
    TopicPartition of, LeaderEpoch epoch, std::optional<LeaderEpoch> current_epoch) {
  const auto state = parts_->fetcher.state(of);
  if (!state) co_return std::unexpected(state.error());
  if (auto fine = Fetcher::check_epoch(*state, current_epoch); !fine) {
    co_return std::unexpected(std::move(fine).error());
  }
  co_return co_await parts_->finder.epoch_end(*parts_->topics.log_of(of), epoch,
                                              state->high_watermark);
}

runtime::Awaitable<Answer<Offset>> Broker::delete_records(TopicPartition of,
                                                          std::optional<Offset> before) {
  const auto state = parts_->fetcher.state(of);
  if (!state) co_return std::unexpected(state.error());
  if (of.topic.value().starts_with("__")) {
    co_return refuse(Reason::internal_topic,
                     fmt::format("topic '{}' belongs to the broker", of.topic.value()));
  }
  const Offset start = before.value_or(state->high_watermark);
  if (start > state->high_watermark) {
    co_return refuse(Reason::offset_out_of_range,
                     fmt::format("records below {} cannot be deleted, the partition ends at {}",
                                 start.value(), state->high_watermark.value()));
  }
  if (start <= state->log_start) co_return state->log_start;
  if (const auto held = parts_->retention.held(of); held && held->from < start) {
    parts_->context.logger.warn("a client deletes records that are still needed",
                                {{"topic", of.topic.value()},
                                 {"partition", of.partition.value()},
                                 {"holder", held->holder},
                                 {"needed_from", held->from.value()},
                                 {"deleted_below", start.value()}});
  }
  const LogId log = *parts_->topics.log_of(of);
  auto done = make_completion<Answer<Offset>>(parts_->context);
  parts_->inbox.submit({storage::SetLogStart{log, start}}, [this, done, log, start](
                                                               Answer<storage::Committed> result) {
    parts_->polls.changed(log);
    done->set(result ? Answer<Offset>(start) : std::unexpected(std::move(result).error()));
  });
  co_return co_await Completion<Answer<Offset>>::wait(done);
}

void Broker::hold_records(const std::string& holder, log::Hold needs) {
  parts_->retention.hold(holder, std::move(needs));
}
void Broker::begin_retention() {
  parts_->retention.begin();
}
std::optional<HeldRecords> Broker::held_records(const TopicPartition& of) const {
  return parts_->retention.held(of);
}

runtime::Awaitable<Answer<ProducerIdentity>> Broker::init_producer_id() {
  auto done = make_completion<Answer<ProducerIdentity>>(parts_->context);
  parts_->producer_ids.allocate(
      parts_->inbox, [done](Answer<ProducerIdentity> identity) { done->set(std::move(identity)); });
  return Completion<Answer<ProducerIdentity>>::wait(std::move(done));
}

TransactionCoordinator& Broker::transactions() {
  return parts_->transactions;
}

runtime::Awaitable<TransactionError> Broker::add_offsets(std::string transactional_id,
                                                         ProducerIdentity producer, GroupId group) {
  auto made = co_await parts_->offsets_log.ensure();
  if (!made) co_return TransactionError::coordinator_not_available;
  co_return co_await parts_->transactions.add_offsets(std::move(transactional_id), producer,
                                                      parts_->offsets_log.place_of(group.value()));
}

runtime::Awaitable<std::expected<Broker::OffsetErrors, TransactionError>> Broker::commit_offsets(
    OffsetCommitRequest request, ProducerIdentity transaction, TransactionProtocol protocol) {
  auto made = co_await parts_->offsets_log.ensure();
  if (!made) co_return std::unexpected(TransactionError::coordinator_not_available);
  const auto error = parts_->transactions.check_append(
      transaction, parts_->offsets_log.place_of(request.group.value()), protocol);
  if (error != TransactionError::none) co_return std::unexpected(error);
  co_return co_await parts_->groups.commit_offsets(std::move(request), transaction);
}

runtime::Awaitable<Answer<void>> Broker::end_transaction(TopicPartition in,
                                                         ProducerIdentity producer,
                                                         record::TransactionEnd end) {
  auto done = make_completion<ProducedAll>(parts_->context);
  Appender::Batches batches;
  batches.emplace_back(in,
                       MutableBytes(record::build_marker(
                           {.producer = producer.id, .producer_epoch = producer.epoch, .end = end},
                           parts_->context.clock.now())));
  parts_->appender.append(std::move(batches), Origin::broker,
                          [done](ProducedAll written) { done->set(std::move(written)); });
  const auto written = co_await Completion<ProducedAll>::wait(std::move(done));
  if (!written) co_return std::unexpected(written.error());
  if (is_internal(in.topic)) parts_->groups.end_transaction(producer.id, end);
  co_return Answer<void>();
}

runtime::Awaitable<Answer<std::vector<storage::ProducerState>>> Broker::producers(
    TopicPartition of) {
  return parts_->ask_engine(std::move(of), &storage::Engine::producers);
}
runtime::Awaitable<Answer<std::vector<storage::Damage>>> Broker::examine(TopicPartition which) {
  return parts_->ask_engine(std::move(which), &storage::Engine::examine);
}
runtime::Awaitable<Answer<std::vector<storage::Damage>>> Broker::repair(TopicPartition which) {
  return parts_->ask_engine(std::move(which), &storage::Engine::repair);
}

}  // namespace tarn::broker
