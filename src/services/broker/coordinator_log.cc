#include "services/broker/coordinator_log.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"
#include "formats/record/batch_builder.h"
#include "formats/record/record_reader.h"
#include "formats/record/transaction_marker.h"

namespace tarn::broker {
namespace {

constexpr size_t kReadBytes = 4 << 20;
constexpr size_t kSnapshotBatchBytes = 1 << 20;

ConfigMap topic_config() {
  return {{"cleanup.policy", "compact"},
          {"max.message.bytes", "67108864"},
          {"segment.bytes", "4194304"}};
}

void add(record::BatchBuilder& builder, const CoordinatorRecord& entry, Timestamp now) {
  builder.add({.offset = {},
               .timestamp = now,
               .key = BytesView(entry.key),
               .value = entry.value ? std::optional(BytesView(*entry.value)) : std::nullopt,
               .headers = {}});
}

// At most about kSnapshotBatchBytes each.
std::vector<MutableBytes> batches_of(const std::vector<CoordinatorRecord>& entries, Timestamp now) {
  std::vector<MutableBytes> batches;
  record::BatchBuilder builder;
  for (const CoordinatorRecord& entry : entries) {
    add(builder, entry, now);
    if (builder.plain_bytes() < kSnapshotBatchBytes) continue;
    batches.emplace_back(std::move(builder).finish());
    builder = record::BatchBuilder();
  }
  if (!builder.empty()) batches.emplace_back(std::move(builder).finish());
  return batches;
}

}  // namespace

bool CoordinatorLog::exists() const {
  return parts_.topics.find(options_.topic) != nullptr;
}

runtime::Awaitable<Answer<void>> CoordinatorLog::ensure() {
  if (exists()) co_return Answer<void>();
  NewTopic topic{
      .name = options_.topic, .partitions = options_.partitions, .config = topic_config()};
  auto made = co_await parts_.admin.ensure(std::move(topic));
  if (!made) co_return std::unexpected(std::move(made).error());
  co_return Answer<void>();
}

// The records of one partition, those of transactions held back until their markers.
class CoordinatorLog::Replay {
 public:
  explicit Replay(const Visit& visit) : visit_(visit) {}

  Status take(BytesView batch, Offset log_start) {
    auto reader = TRY(record::RecordReader::open(batch));
    const record::BatchHeader& header = reader.header();
    if (header.is_control()) return end(header.producer_id, record::read_marker(batch));
    while (auto record = TRY(reader.next())) {
      if (record->offset < log_start) continue;
      if (!header.is_transactional()) {
        TRY(visit_(*record, std::nullopt));
      } else if (record->key) {
        held_[header.producer_id].push_back(copy(*record));
      }
    }
    return {};
  }
  // What is left belongs to open transactions.
  Status finish() {
    for (const auto& [producer, records] : held_) {
      for (const Held& held : records) TRY(visit_(held.view(), producer));
    }
    return {};
  }

 private:
  struct Held {
    Offset offset;
    Timestamp timestamp;
    CoordinatorRecord record;
    [[nodiscard]] record::Record view() const {
      record::Record seen{.offset = offset, .timestamp = timestamp, .key = BytesView(record.key)};
      if (record.value) seen.value = BytesView(*record.value);
      return seen;
    }
  };
  static Held copy(const record::Record& record) {
    Held held{.offset = record.offset, .timestamp = record.timestamp, .record = {}};
    held.record.key.assign(record.key->begin(), record.key->end());
    if (record.value) held.record.value.emplace(record.value->begin(), record.value->end());
    return held;
  }
  Status end(ProducerId producer, const std::optional<record::TransactionMarker>& marker) {
    if (!marker) return {};
    const auto ended = held_.extract(producer);
    if (ended.empty() || marker->end == record::TransactionEnd::abort) return {};
    for (const Held& held : ended.mapped()) TRY(visit_(held.view(), std::nullopt));
    return {};
  }

  const Visit& visit_;
  std::map<ProducerId, std::vector<Held>> held_;
};

runtime::Task<void> CoordinatorLog::replay(Visit visit) {
  const Topic* topic = parts_.topics.find(options_.topic);
  const int32_t count = topic == nullptr ? 0 : topic->partition_count();
  for (int32_t i = 0; i < count; ++i) {
    CO_TRY(co_await replay_partition({options_.topic, PartitionId(i)}, &visit));
  }
  co_return Status();
}

runtime::Task<void> CoordinatorLog::replay_partition(TopicPartition from, const Visit* visit) {
  const auto state = parts_.fetcher.state(from);
  const auto log = parts_.topics.log_of(from);
  if (!state || !log) co_return Error(ErrorCode::not_found, from.topic.value() + " is gone");
  Replay replay(*visit);
  Offset next = state->log_start;
  while (next < state->high_watermark) {
    const auto read = CO_TRY(co_await parts_.fetcher.read(*log, next, kReadBytes));
    for (const SharedBytes& batch : read.batches) {
      CO_TRY(replay.take(batch.view(), state->log_start));
    }
    if (read.next <= next) {
      co_return Error(ErrorCode::corrupt, from.topic.value() + " has a hole");
    }
    next = read.next;
  }
  co_return replay.finish();
}

void CoordinatorLog::append(Write write, Done done) {
  check(!write.records.empty(), "something to write");
  const TopicPartition place = place_of(write.about);
  const int32_t partition = place.partition.value();
  record::BatchOptions options;
  if (write.transaction) {
    options.producer_id = write.transaction->id;
    options.producer_epoch = write.transaction->epoch;
    options.transactional = true;
  }
  record::BatchBuilder builder(options);
  for (const CoordinatorRecord& record : write.records) add(builder, record, parts_.clock.now());
  Appender::Batches batches = std::move(write.together_with);
  MutableBytes batch(std::move(builder).finish());
  Partition& own = partition_state(partition);
  own.bytes += batch.size();
  ++own.under_way;
  batches.emplace_back(place, std::move(batch));
  parts_.appender.append(
      std::move(batches), Origin::broker,
      [this, partition, done = std::move(done)](Answer<std::vector<Produced>> result) mutable {
        --partition_state(partition).under_way;
        done(result ? Answer<void>() : std::unexpected(std::move(result).error()));
        compact_if_large(partition);
      });
}

TopicPartition CoordinatorLog::place_of(std::string_view about) const {
  return {options_.topic, PartitionId(partition_of(about))};
}

int32_t CoordinatorLog::partition_of(std::string_view about) const {
  // Java's String.hashCode of ASCII names, as in Kafka.
  uint32_t hash = 0;
  for (char c : about) hash = hash * 31 + static_cast<uint8_t>(c);
  const Topic* topic = parts_.topics.find(options_.topic);
  check(topic != nullptr, "the topic exists before it is written to");
  return static_cast<int32_t>((hash & 0x7fffffff) %
                              static_cast<uint32_t>(topic->partition_count()));
}

CoordinatorLog::Partition& CoordinatorLog::partition_state(int32_t partition) {
  Partition& own = partitions_[partition];
  if (!std::exchange(own.is_measured, true)) {
    const auto state = parts_.fetcher.state({options_.topic, PartitionId(partition)});
    own.bytes = state ? state->bytes : 0;
  }
  return own;
}

void CoordinatorLog::compact_if_large(int32_t partition) {
  Partition& own = partition_state(partition);
  // What is under way is not in a snapshot yet, but would stand before it in the log.
  if (own.under_way > 0 || !snapshot_) return;
  if (own.bytes <= std::max(options_.bytes_max, 4 * own.snapshot_bytes)) return;
  const TopicPartition of{options_.topic, PartitionId(partition)};
  const auto log = parts_.topics.log_of(of);
  const auto state = parts_.fetcher.state(of);
  // Nor is what an open transaction has written.
  if (!log || !state || state->last_stable < state->high_watermark) return;

  storage::Transaction transaction;
  uint64_t snapshot_bytes = 0;
  for (MutableBytes& batch : batches_of(snapshot_(partition), parts_.clock.now())) {
    snapshot_bytes += batch.size();
    transaction.emplace_back(storage::Append{*log, std::move(batch)});
  }
  transaction.emplace_back(storage::SetLogStart{*log, state->high_watermark});
  ++own.under_way;
  parts_.inbox.submit(std::move(transaction), [this, partition, snapshot_bytes](const auto& done) {
    Partition& compacted = partition_state(partition);
    --compacted.under_way;
    // A refused one is not tried again at every commit.
    compacted.bytes = done ? snapshot_bytes : compacted.bytes / 2;
    if (done) compacted.snapshot_bytes = snapshot_bytes;
  });
}

}  // namespace tarn::broker
