#include "services/broker/transaction_coordinator.h"

#include <algorithm>
#include <limits>

#include "base/check.h"
#include "platform/runtime/sleep.h"
#include "services/broker/completion.h"

namespace tarn::broker {
namespace {

using record::TransactionEnd;

constexpr size_t kIdBytesMax = 32'000;  // the record has 16 bits for its length
constexpr int16_t kEpochMax = std::numeric_limits<int16_t>::max() - 1;
constexpr auto kLoadRetryInterval = std::chrono::seconds(5);
constexpr auto kTimeoutInterval = std::chrono::seconds(1);  // while a transaction is open

bool is_open(const StoredTransaction& transaction) {
  return transaction.state == TransactionState::ongoing;
}

TransactionState state_after(TransactionEnd end) {
  return end == TransactionEnd::commit ? TransactionState::complete_commit
                                       : TransactionState::complete_abort;
}

// Markers of a newer epoch keep out what the producer still has on its way.
ProducerIdentity identity_of_markers(const ProducerIdentity& now, const ProducerIdentity& next) {
  if (now.id == next.id) return next;
  return {now.id, static_cast<int16_t>(now.epoch + 1)};
}

}  // namespace

class TransactionCoordinator::Change {
 public:
  Change(TransactionCoordinator& coordinator, std::string id)
      : coordinator_(coordinator), id_(std::move(id)) {
    coordinator_.entries_[id_].is_changing = true;
  }
  Change(const Change&) = delete;
  Change& operator=(const Change&) = delete;
  ~Change() {
    const auto found = coordinator_.entries_.find(id_);
    if (found == coordinator_.entries_.end()) return;
    found->second.is_changing = found->second.is_ending = false;
    // One that never got its first record.
    if (found->second.stored.producer.id.value() < 0) coordinator_.entries_.erase(found);
  }

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] Entry& entry() const { return coordinator_.entries_.at(id_); }

 private:
  TransactionCoordinator& coordinator_;
  const std::string id_;
};

TransactionCoordinator::TransactionCoordinator(TransactionCoordinatorParts parts,
                                               TransactionOptions options)
    : parts_(std::move(parts)), options_(options), changed_(parts_.executor) {}

TransactionError TransactionCoordinator::status() const {
  if (is_closed_) return TransactionError::coordinator_not_available;
  return is_loaded_ ? TransactionError::none : TransactionError::coordinator_load_in_progress;
}

runtime::Awaitable<TransactionError> TransactionCoordinator::prepare(
    std::string_view transactional_id) {
  if (status() != TransactionError::none) co_return status();
  if (transactional_id.empty() || transactional_id.size() > kIdBytesMax) {
    co_return TransactionError::invalid_request;
  }
  if (!parts_.log.exists()) {
    auto made = co_await parts_.log.ensure();
    if (!made) {
      parts_.logger.warn("the topic __transaction_state cannot be created",
                         {{"reason", made.error().message}});
      co_return TransactionError::coordinator_not_available;
    }
  }
  co_return status();
}

TransactionCoordinator::Entry* TransactionCoordinator::find(const std::string& transactional_id) {
  const auto found = entries_.find(transactional_id);
  return found == entries_.end() ? nullptr : &found->second;
}

// ---- identities

runtime::Awaitable<IdentityOrError> TransactionCoordinator::init(InitTransactions request) {
  const TransactionError error = co_await prepare(request.transactional_id);
  if (error != TransactionError::none) co_return std::unexpected(error);
  if (request.timeout <= Millis(0) || request.timeout > options_.timeout_max) {
    co_return std::unexpected(TransactionError::invalid_timeout);
  }
  const bool is_known = entries_.contains(request.transactional_id);
  co_return co_await (is_known ? renew(std::move(request)) : create(std::move(request)));
}

runtime::Awaitable<IdentityOrError> TransactionCoordinator::create(InitTransactions request) {
  if (request.current) co_return std::unexpected(TransactionError::invalid_producer_id_mapping);
  if (entries_.size() >= options_.ids_max) {
    co_return std::unexpected(TransactionError::coordinator_not_available);
  }
  auto change = std::make_shared<Change>(*this, request.transactional_id);
  change->entry().stored.producer.id = ProducerId(-1);
  auto identity = co_await next_identity({ProducerId(-1), kEpochMax});
  if (!identity) co_return identity;
  NextState next;
  next.stored = {.producer = *identity, .timeout = request.timeout, .updated = parts_.clock.now()};
  const TransactionError error = co_await write(std::move(change), std::move(next));
  if (error != TransactionError::none) co_return std::unexpected(error);
  co_return identity;
}

runtime::Awaitable<IdentityOrError> TransactionCoordinator::renew(InitTransactions request) {
  Entry& entry = entries_.at(request.transactional_id);
  if (entry.is_changing) co_return std::unexpected(TransactionError::concurrent_transactions);
  const ProducerIdentity now = entry.stored.producer;
  if (request.current && *request.current != now) {
    // Its first request was carried out, the answer was lost.
    if (entry.previous == request.current && !is_open(entry.stored)) co_return now;
    co_return std::unexpected(TransactionError::producer_fenced);
  }
  auto change = std::make_shared<Change>(*this, request.transactional_id);
  entry.is_ending = is_open(entry.stored);
  auto identity = co_await next_identity(now);
  if (!identity) co_return identity;
  NextState next;
  if (is_open(entry.stored)) {
    next = ended(entry.stored, TransactionEnd::abort, *identity);
  } else {
    next.stored = {.producer = *identity, .updated = parts_.clock.now()};
  }
  next.stored.timeout = request.timeout;
  next.previous = request.current;
  const TransactionError error = co_await write(std::move(change), std::move(next));
  if (error != TransactionError::none) co_return std::unexpected(error);
  co_return identity;
}

runtime::Awaitable<IdentityOrError> TransactionCoordinator::next_identity(ProducerIdentity now) {
  if (now.epoch < kEpochMax) {
    co_return ProducerIdentity{now.id, static_cast<int16_t>(now.epoch + 1)};
  }
  auto done = std::make_shared<Completion<Answer<ProducerIdentity>>>(parts_.executor);
  parts_.producer_ids.allocate(
      parts_.inbox, [done](Answer<ProducerIdentity> identity) { done->set(std::move(identity)); });
  const auto identity = co_await Completion<Answer<ProducerIdentity>>::wait(done);
  if (!identity) co_return std::unexpected(TransactionError::storage_failed);
  co_return *identity;
}

// ---- partitions

TransactionError TransactionCoordinator::check_producer(const Entry* entry,
                                                        const ProducerIdentity& producer) {
  if (entry == nullptr || entry->stored.producer.id != producer.id) {
    return TransactionError::invalid_producer_id_mapping;
  }
  if (entry->stored.producer.epoch != producer.epoch) return TransactionError::producer_fenced;
  return entry->is_changing ? TransactionError::concurrent_transactions : TransactionError::none;
}

runtime::Awaitable<std::vector<TransactionError>> TransactionCoordinator::add_partitions(
    std::string transactional_id, ProducerIdentity producer,
    std::vector<TopicPartition> partitions) {
  std::vector<TransactionError> errors;
  bool are_all_known = true;
  for (const TopicPartition& partition : partitions) {
    const bool is_known =
        parts_.topics.log_of(partition).has_value() && !is_internal(partition.topic);
    errors.push_back(is_known ? TransactionError::operation_not_attempted
                              : TransactionError::unknown_topic_or_partition);
    are_all_known = are_all_known && is_known;
  }
  if (!are_all_known || errors.empty()) co_return errors;
  const TransactionError error =
      co_await join(std::move(transactional_id), producer, std::move(partitions));
  std::ranges::fill(errors, error);
  co_return errors;
}

runtime::Awaitable<TransactionError> TransactionCoordinator::add_offsets(
    std::string transactional_id, ProducerIdentity producer, TopicPartition offsets) {
  std::vector<TopicPartition> partitions = {std::move(offsets)};
  return join(std::move(transactional_id), producer, std::move(partitions));
}

runtime::Awaitable<TransactionError> TransactionCoordinator::join(
    std::string transactional_id, ProducerIdentity producer,
    std::vector<TopicPartition> partitions) {
  TransactionError error = co_await prepare(transactional_id);
  if (error != TransactionError::none) co_return error;
  const Entry* entry = find(transactional_id);
  error = check_producer(entry, producer);
  if (error != TransactionError::none) co_return error;
  NextState next{.stored = entry->stored, .previous = entry->previous};
  if (!is_open(next.stored)) {
    next.stored.partitions.clear();
    next.stored.started = parts_.clock.now();
  }
  const size_t known = next.stored.partitions.size();
  next.stored.partitions.insert(partitions.begin(), partitions.end());
  if (next.stored.partitions.size() == known) co_return TransactionError::none;
  next.stored.state = TransactionState::ongoing;
  next.stored.updated = parts_.clock.now();
  co_return co_await write(std::make_shared<Change>(*this, std::move(transactional_id)),
                           std::move(next));
}

TransactionError TransactionCoordinator::check_append(const ProducerIdentity& producer,
                                                      const TopicPartition& to,
                                                      TransactionProtocol protocol) {
  if (status() != TransactionError::none) return status();
  const auto id = ids_.find(producer.id);
  if (id == ids_.end()) return TransactionError::invalid_producer_id_mapping;
  Entry& entry = entries_.at(id->second);
  if (entry.stored.producer.epoch != producer.epoch) return TransactionError::producer_fenced;
  const bool may_join = protocol == TransactionProtocol::epoch_per_transaction;
  if (entry.is_ending) {
    return may_join ? TransactionError::concurrent_transactions : TransactionError::invalid_state;
  }
  if (is_open(entry.stored) && entry.stored.partitions.contains(to)) return TransactionError::none;
  if (!may_join) return TransactionError::invalid_state;
  if (entry.is_changing) return TransactionError::concurrent_transactions;
  // Not written: after a crash the log itself says what is open in it.
  if (!is_open(entry.stored)) {
    entry.stored.state = TransactionState::ongoing;
    entry.stored.partitions.clear();
    entry.stored.started = entry.stored.updated = parts_.clock.now();
    note_open(id->second, entry);
  }
  entry.stored.partitions.insert(to);
  return TransactionError::none;
}

// ---- ends

runtime::Awaitable<IdentityOrError> TransactionCoordinator::end(EndTransaction request) {
  const TransactionError unprepared = co_await prepare(request.transactional_id);
  if (unprepared != TransactionError::none) co_return std::unexpected(unprepared);
  Entry* entry = find(request.transactional_id);
  if (auto answer = answer_without_end(entry, request)) co_return *answer;
  auto change = std::make_shared<Change>(*this, request.transactional_id);
  entry->is_ending = true;
  IdentityOrError identity = request.producer;
  NextState next;
  if (request.protocol == TransactionProtocol::epoch_per_transaction) {
    identity = co_await next_identity(request.producer);
    if (!identity) co_return identity;
    next = ended(entry->stored, request.end, *identity);
    next.previous = request.producer;
  } else {
    next = ended(entry->stored, request.end, *identity);
  }
  const TransactionError error = co_await write(std::move(change), std::move(next));
  if (error != TransactionError::none) co_return std::unexpected(error);
  co_return identity;
}

std::optional<IdentityOrError> TransactionCoordinator::answer_without_end(
    const Entry* entry, const EndTransaction& request) {
  const bool has_epochs = request.protocol == TransactionProtocol::epoch_per_transaction;
  if (entry != nullptr && has_epochs && !entry->is_changing && !is_open(entry->stored) &&
      entry->previous == request.producer && entry->stored.state == state_after(request.end)) {
    return entry->stored.producer;  // the first answer was lost
  }
  const TransactionError error = check_producer(entry, request.producer);
  if (error != TransactionError::none) return std::unexpected(error);
  if (is_open(entry->stored)) return std::nullopt;
  // A producer that is not sure aborts, and gets an epoch that nobody else has used.
  if (has_epochs && request.end == TransactionEnd::abort) return std::nullopt;
  if (!has_epochs && entry->stored.state == state_after(request.end)) return request.producer;
  return std::unexpected(TransactionError::invalid_state);
}

TransactionCoordinator::NextState TransactionCoordinator::ended(const StoredTransaction& now,
                                                                TransactionEnd end,
                                                                ProducerIdentity next) const {
  NextState after;
  after.stored = {.producer = next,
                  .timeout = now.timeout,
                  .state = state_after(end),
                  .updated = parts_.clock.now(),
                  .started = now.started};
  after.ends = end;
  if (is_open(now)) {
    after.markers = markers(now.partitions, identity_of_markers(now.producer, next), end);
  }
  return after;
}

Appender::Batches TransactionCoordinator::markers(const std::set<TopicPartition>& partitions,
                                                  const ProducerIdentity& producer,
                                                  TransactionEnd end) const {
  Appender::Batches batches;
  for (const TopicPartition& partition : partitions) {
    const auto log = parts_.topics.log_of(partition);
    const auto state = log ? parts_.engine.state(*log) : std::nullopt;
    if (!state || state->quarantined) continue;  // deleted, or takes no more records
    batches.emplace_back(
        partition, MutableBytes(record::build_marker(
                       {.producer = producer.id, .producer_epoch = producer.epoch, .end = end},
                       parts_.clock.now())));
  }
  return batches;
}

runtime::Awaitable<TransactionError> TransactionCoordinator::write(std::shared_ptr<Change> change,
                                                                   NextState next) {
  auto done = std::make_shared<Completion<TransactionError>>(parts_.executor);
  std::vector<CoordinatorRecord> records;
  records.push_back({encode_transaction_key(change->id()), encode_value(next.stored)});
  auto markers = std::move(next.markers);
  const std::string id = change->id();
  parts_.log.append(
      {.about = id, .records = std::move(records), .together_with = std::move(markers)},
      [this, change = std::move(change), next = std::move(next), done](Answer<void> outcome) {
        if (outcome) {
          take(change->id(), next);
        } else {
          parts_.logger.warn(
              "a transaction could not be written",
              {{"transactional_id", change->id()}, {"reason", outcome.error().message}});
        }
        done->set(outcome ? TransactionError::none : TransactionError::storage_failed);
      });
  co_return co_await Completion<TransactionError>::wait(done);
}

void TransactionCoordinator::take(const std::string& transactional_id, const NextState& next) {
  Entry& entry = entries_.at(transactional_id);
  const ProducerId before = entry.stored.producer.id;
  if (before != next.stored.producer.id) {
    ids_.erase(before);
    ids_[next.stored.producer.id] = transactional_id;
  }
  entry.stored = next.stored;
  entry.previous = next.previous;
  note_open(transactional_id, entry);
  if (next.ends && before.value() >= 0) parts_.ended(before, *next.ends);
}

void TransactionCoordinator::note_open(const std::string& transactional_id, const Entry& entry) {
  if (is_open(entry.stored)) {
    if (open_.insert(transactional_id).second) changed_.notify_all();
  } else {
    open_.erase(transactional_id);
  }
}

runtime::Awaitable<void> TransactionCoordinator::abort(std::string transactional_id) {
  Entry* entry = find(transactional_id);
  if (entry == nullptr || entry->is_changing || !is_open(entry->stored)) co_return;
  auto change = std::make_shared<Change>(*this, std::move(transactional_id));
  entry->is_ending = true;
  auto identity = co_await next_identity(entry->stored.producer);
  if (!identity) co_return;
  auto next = ended(entry->stored, TransactionEnd::abort, *identity);
  std::ignore = co_await write(std::move(change), std::move(next));
}

runtime::Awaitable<void> TransactionCoordinator::abort_overdue() {
  const Timestamp now = parts_.clock.now();
  std::vector<std::string> overdue;
  for (const std::string& id : open_) {
    const StoredTransaction& stored = entries_.at(id).stored;
    if (now - stored.started.value_or(now) > stored.timeout) overdue.push_back(id);
  }
  for (const std::string& id : overdue) {
    parts_.logger.info("a transaction has timed out and is aborted", {{"transactional_id", id}});
    co_await abort(id);
  }
}

void TransactionCoordinator::expire_ids() {
  if (status() != TransactionError::none) return;
  const Timestamp oldest = parts_.clock.now() - options_.id_expiration;
  for (auto& [id, entry] : entries_) {
    if (entry.is_changing || is_open(entry.stored) || entry.stored.updated >= oldest) continue;
    auto change = std::make_shared<Change>(*this, id);
    std::vector<CoordinatorRecord> tombstone;
    tombstone.push_back({encode_transaction_key(id), std::nullopt});
    parts_.log.append({.about = id, .records = std::move(tombstone)},
                      [this, change = std::move(change)](Answer<void> outcome) {
                        if (!outcome) return;
                        ids_.erase(change->entry().stored.producer.id);
                        entries_.erase(change->id());
                      });
  }
}

// ---- start

runtime::Task<void> TransactionCoordinator::run() {
  while (!is_loaded_) {
    auto loaded = co_await load();
    if (loaded) loaded = co_await reconcile();
    if (loaded) break;
    parts_.logger.error("the transactions cannot be loaded; will try again",
                        {{"reason", loaded.error().message()}});
    entries_.clear();
    co_await runtime::sleep_for(kLoadRetryInterval);
  }
  is_loaded_ = true;
  while (!is_closed_) {
    if (open_.empty()) {
      co_await changed_.wait();
    } else {
      co_await runtime::sleep_for(kTimeoutInterval);
      co_await abort_overdue();
    }
  }
  co_return Status();
}

runtime::Task<void> TransactionCoordinator::load() {
  Entries entries;
  CO_TRY(co_await parts_.log.replay([&](const record::Record& record, std::optional<ProducerId>) {
    return replay_record(record, entries);
  }));
  entries_ = std::move(entries);
  ids_.clear();
  open_.clear();
  for (const auto& [id, entry] : entries_) {
    ids_[entry.stored.producer.id] = id;
    note_open(id, entry);
  }
  co_return Status();
}

Status TransactionCoordinator::replay_record(const record::Record& record, Entries& entries) {
  const auto id = TRY(decode_transaction_key(record.key.value_or(BytesView())));
  if (!id) return {};
  if (record.value) {
    entries[*id].stored = TRY(decode_transaction_value(*record.value));
  } else {
    entries.erase(*id);
  }
  return {};
}

runtime::Task<void> TransactionCoordinator::reconcile() {
  const auto open =
      CO_TRY(co_await parts_.pool.run([this] { return parts_.engine.open_transactions(); }));
  std::map<LogId, TopicPartition> places;
  for (const auto& [name, topic] : parts_.topics.all()) {
    for (int32_t i = 0; i < topic.partition_count(); ++i) {
      places[topic.partitions[static_cast<size_t>(i)]] = {name, PartitionId(i)};
    }
  }
  std::map<ProducerIdentity, std::set<TopicPartition>> hanging;
  for (const storage::OpenTransaction& one : open) {
    const auto place = places.find(one.log);
    if (place == places.end()) continue;
    const auto id = ids_.find(one.producer);
    Entry* entry = id == ids_.end() ? nullptr : find(id->second);
    if (entry == nullptr || entry->stored.producer.epoch != one.epoch) {
      hanging[{one.producer, one.epoch}].insert(place->second);
      continue;
    }
    if (!is_open(entry->stored)) {
      entry->stored.state = TransactionState::ongoing;
      entry->stored.partitions.clear();
      entry->stored.started = parts_.clock.now();
    }
    entry->stored.partitions.insert(place->second);
    note_open(id->second, *entry);
  }
  for (auto& [producer, partitions] : hanging) {
    co_await abort_hanging(producer, std::move(partitions));
  }
  co_return Status();
}

runtime::Awaitable<void> TransactionCoordinator::abort_hanging(
    ProducerIdentity producer, std::set<TopicPartition> partitions) {
  parts_.logger.warn("a transaction that nobody can end is aborted",
                     {{"producer_id", producer.id.value()}, {"partitions", partitions.size()}});
  auto batches = markers(partitions, producer, TransactionEnd::abort);
  if (batches.empty()) co_return;
  auto done = std::make_shared<Completion<bool>>(parts_.executor);
  parts_.appender.append(std::move(batches), Origin::broker,
                         [done](const auto& result) { done->set(result.has_value()); });
  if (co_await Completion<bool>::wait(done)) parts_.ended(producer.id, TransactionEnd::abort);
}

void TransactionCoordinator::close() {
  is_closed_ = true;
  changed_.notify_all();
}

// ---- views

std::vector<TransactionDescription> TransactionCoordinator::list() const {
  std::vector<TransactionDescription> descriptions;
  for (const auto& [id, entry] : entries_) descriptions.push_back({id, entry.stored});
  return descriptions;
}

std::optional<TransactionDescription> TransactionCoordinator::describe(
    const std::string& transactional_id) const {
  const auto found = entries_.find(transactional_id);
  if (found == entries_.end()) return std::nullopt;
  return TransactionDescription{transactional_id, found->second.stored};
}

}  // namespace tarn::broker
