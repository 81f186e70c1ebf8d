#include "services/broker/offsets_log.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"
#include "formats/record/batch_builder.h"
#include "formats/record/record_reader.h"

namespace tarn::broker {
namespace {

constexpr size_t kReadBytes = 4 << 20;
constexpr size_t kSnapshotBatchBytes = 1 << 20;

TopicName topic_name() {
  return TopicName("__consumer_offsets");
}

ConfigMap topic_config() {
  return {{"cleanup.policy", "compact"},
          {"max.message.bytes", "67108864"},
          {"segment.bytes", "4194304"}};
}

void add(record::BatchBuilder& builder, const OffsetsEntry& entry, Timestamp now) {
  builder.add({.offset = {},
               .timestamp = now,
               .key = BytesView(entry.key),
               .value = entry.value ? std::optional(BytesView(*entry.value)) : std::nullopt,
               .headers = {}});
}

// At most about kSnapshotBatchBytes each.
std::vector<MutableBytes> batches_of(const std::vector<OffsetsEntry>& entries, Timestamp now) {
  std::vector<MutableBytes> batches;
  record::BatchBuilder builder;
  for (const OffsetsEntry& entry : entries) {
    add(builder, entry, now);
    if (builder.plain_bytes() < kSnapshotBatchBytes) continue;
    batches.emplace_back(std::move(builder).finish());
    builder = record::BatchBuilder();
  }
  if (!builder.empty()) batches.emplace_back(std::move(builder).finish());
  return batches;
}

}  // namespace

bool OffsetsLog::exists() const {
  return parts_.topics.find(topic_name()) != nullptr;
}

runtime::Awaitable<Answer<void>> OffsetsLog::ensure() {
  if (exists()) co_return Answer<void>();
  NewTopic topic{.name = topic_name(), .partitions = parts_.partitions, .config = topic_config()};
  auto made = co_await parts_.admin.ensure(std::move(topic));
  if (!made) co_return std::unexpected(std::move(made).error());
  co_return Answer<void>();
}

runtime::Task<void> OffsetsLog::replay(Visit visit) {
  const Topic* topic = parts_.topics.find(topic_name());
  const int32_t count = topic == nullptr ? 0 : topic->partition_count();
  for (int32_t i = 0; i < count; ++i) {
    CO_TRY(co_await replay_partition({topic_name(), PartitionId(i)}, &visit));
  }
  co_return Status();
}

runtime::Task<void> OffsetsLog::replay_partition(TopicPartition from, const Visit* visit) {
  const auto state = parts_.fetcher.state(from);
  const auto log = parts_.topics.log_of(from);
  if (!state || !log) co_return Error(ErrorCode::not_found, "__consumer_offsets is gone");
  Offset next = state->log_start;
  while (next < state->high_watermark) {
    const auto read = CO_TRY(co_await parts_.fetcher.read(*log, next, kReadBytes));
    for (const SharedBytes& batch : read.batches) {
      CO_TRY(record::for_each_record(batch.view(), [&](const record::Record& record) -> Status {
        return record.offset < state->log_start ? Status() : (*visit)(record);
      }));
    }
    if (read.next <= next) co_return Error(ErrorCode::corrupt, "__consumer_offsets has a hole");
    next = read.next;
  }
  co_return Status();
}

void OffsetsLog::append(const GroupId& group, std::vector<OffsetsEntry> entries, Done done) {
  check(!entries.empty(), "something to write");
  const int32_t partition = partition_of(group);
  record::BatchBuilder builder;
  for (const OffsetsEntry& entry : entries) add(builder, entry, parts_.clock.now());
  Appender::Batches batches;
  batches.emplace_back(TopicPartition{topic_name(), PartitionId(partition)},
                       MutableBytes(std::move(builder).finish()));
  Partition& own = partition_state(partition);
  own.bytes += batches.front().second.size();
  ++own.under_way;
  parts_.appender.append(
      std::move(batches), Origin::internal,
      [this, partition, done = std::move(done)](Answer<std::vector<Produced>> result) mutable {
        --partition_state(partition).under_way;
        done(result ? Answer<void>() : std::unexpected(std::move(result).error()));
        compact_if_large(partition);
      });
}

int32_t OffsetsLog::partition_of(const GroupId& group) const {
  // Java's String.hashCode of ASCII names, as in Kafka.
  uint32_t hash = 0;
  for (char c : group.value()) hash = hash * 31 + static_cast<uint8_t>(c);
  const Topic* topic = parts_.topics.find(topic_name());
  check(topic != nullptr, "the topic exists before it is written to");
  return static_cast<int32_t>((hash & 0x7fffffff) %
                              static_cast<uint32_t>(topic->partition_count()));
}

OffsetsLog::Partition& OffsetsLog::partition_state(int32_t partition) {
  Partition& own = partitions_[partition];
  if (!std::exchange(own.is_measured, true)) {
    const auto state = parts_.fetcher.state({topic_name(), PartitionId(partition)});
    own.bytes = state ? state->bytes : 0;
  }
  return own;
}

void OffsetsLog::compact_if_large(int32_t partition) {
  Partition& own = partition_state(partition);
  // What is under way is not in a snapshot yet, but would stand before it in the log.
  if (own.under_way > 0 || !snapshot_) return;
  if (own.bytes <= std::max(parts_.bytes_max, 4 * own.snapshot_bytes)) return;
  const TopicPartition of{topic_name(), PartitionId(partition)};
  const auto log = parts_.topics.log_of(of);
  const auto state = parts_.fetcher.state(of);
  if (!log || !state) return;

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
