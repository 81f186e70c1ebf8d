#include "services/broker/coordinator_log.h"

#include <map>

#include <fmt/format.h>

#include "base/check.h"
#include "formats/record/batch_builder.h"
#include "formats/record/record_reader.h"
#include "formats/record/transaction_marker.h"

namespace tarn::broker {
namespace {

constexpr size_t kReadBytes = 4 << 20;

ConfigMap topic_config(uint64_t segment_bytes) {
  return {{"cleanup.policy", "compact"},
          {"max.message.bytes", "67108864"},
          {"segment.bytes", std::to_string(segment_bytes)}};
}

void add(record::BatchBuilder& builder, const CoordinatorRecord& entry, Timestamp now) {
  builder.add({.offset = {},
               .timestamp = now,
               .key = BytesView(entry.key),
               .value = entry.value ? std::optional(BytesView(*entry.value)) : std::nullopt,
               .headers = {}});
}

}  // namespace

bool CoordinatorLog::exists() const {
  return parts_.topics.find(options_.topic) != nullptr;
}

runtime::Awaitable<Answer<void>> CoordinatorLog::ensure() {
  if (exists()) co_return Answer<void>();
  NewTopic topic{.name = options_.topic,
                 .partitions = options_.partitions,
                 .config = topic_config(options_.segment_bytes)};
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
        note(record->key, record->offset);
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
    if (ended.empty() || marker->end == record::TransactionEnd::abort) {
      if (held_.empty()) latest_.clear();
      return {};
    }
    for (const Held& held : ended.mapped()) {
      const auto later = latest_.find(held.record.key);
      if (later != latest_.end() && later->second > held.offset) continue;
      note(BytesView(held.record.key), held.offset);
      TRY(visit_(held.view(), std::nullopt));
    }
    if (held_.empty()) latest_.clear();
    return {};
  }
  // Only what is written beside open transactions can overtake their records.
  void note(const std::optional<BytesView>& key, Offset offset) {
    if (key && !held_.empty()) latest_[Bytes(key->begin(), key->end())] = offset;
  }

  const Visit& visit_;
  std::map<ProducerId, std::vector<Held>> held_;
  std::map<Bytes, Offset> latest_;  // of what has been visited while something was held
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
  batches.emplace_back(place, std::move(batch));
  parts_.appender.append(
      std::move(batches), Origin::broker,
      [done = std::move(done)](Answer<std::vector<Produced>> result) mutable {
        done(result ? Answer<void>() : std::unexpected(std::move(result).error()));
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

}  // namespace tarn::broker
