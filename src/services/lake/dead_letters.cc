#include "services/lake/dead_letters.h"

#include <algorithm>

#include "formats/record/batch_builder.h"
#include "formats/record/record_reader.h"

namespace tarn::lake {
namespace {

constexpr size_t kBatchBytes = 512 << 10;
constexpr std::string_view kTableHeader = "tarn.table";
constexpr std::string_view kReasonHeader = "tarn.reason";
constexpr std::string_view kTimeHeader = "tarn.time";
constexpr std::string_view kKeyHeader = "tarn.key";

TopicName dead_letter_topic(const TopicName& topic) {
  return TopicName(topic.value() + std::string(kDeadLetterSuffix));
}

std::string key_of(const TopicPartition& from, Offset offset) {
  return from.topic.value() + "/" + std::to_string(from.partition.value()) + "/" +
         std::to_string(offset.value());
}

// A batch under way and how many letters it has.
struct Letters {
  record::BatchBuilder builder;
  std::vector<std::string> keys;
};

}  // namespace

runtime::Task<void> DeadLetters::load(std::vector<TopicName> topics, Positions from) {
  known_.clear();
  ends_.clear();
  topics_.clear();
  read_topics_ = topics;
  noted_ = from;
  is_doubtful_ = false;
  for (const auto& description : CO_TRY(co_await log_.topics())) {
    const bool is_ours = std::ranges::any_of(topics, [&](const TopicName& topic) {
      return dead_letter_topic(topic) == description.name;
    });
    if (!is_ours) continue;
    topics_[description.name] = description.id;
    for (int32_t index = 0; index < description.partitions; ++index) {
      const TopicPartition partition{description.name, PartitionId(index)};
      const auto noted = from.find(partition);
      CO_TRY(co_await scan(partition,
                           noted == from.end() ? std::nullopt : std::optional(noted->second)));
    }
  }
  co_return Status();
}

runtime::Task<void> DeadLetters::scan(TopicPartition partition, std::optional<Offset> from) {
  const auto offsets = CO_TRY(co_await log_.offsets(partition));
  Offset at = std::max(from.value_or(offsets.start), offsets.start);
  while (at < offsets.last_stable) {
    const auto read = CO_TRY(co_await log_.read(partition, at, {}));
    if (read.next <= at) break;
    for (const auto& batch : read.batches) CO_TRY(remember(batch.view()));
    at = read.next;
  }
  ends_[partition] = at;
  co_return Status();
}

Status DeadLetters::remember(BytesView batch) {
  return record::for_each_record(batch, [this](const record::Record& record) -> Status {
    for (const auto& header : record.headers) {
      const bool is_of_table =
          header.key == kTableHeader && header.value && as_text(*header.value) == table_;
      if (is_of_table && record.key) known_.insert(std::string(as_text(*record.key)));
    }
    return {};
  });
}

void DeadLetters::committed() {
  known_.clear();
  noted_ = ends_;
}

runtime::Task<void> DeadLetters::append(TopicName topic, std::vector<RowsPtr> rows) {
  if (is_doubtful_) CO_TRY(co_await load(read_topics_, noted_));
  std::vector<Letters> batches;
  for (const auto& part : rows) {
    if (part->from.topic != topic) continue;
    for (const auto& reject : part->rejects) {
      auto key = key_of(part->from, reject.offset);
      if (known_.contains(key)) continue;
      if (batches.empty() || batches.back().builder.plain_bytes() > kBatchBytes) {
        batches.emplace_back();
      }
      const auto time = to_iso8601(reject.timestamp);
      std::vector<record::RecordHeader> headers = {{kTableHeader, as_bytes(table_)},
                                                   {kReasonHeader, as_bytes(reject.reason)},
                                                   {kTimeHeader, as_bytes(time)}};
      if (reject.key) headers.push_back({kKeyHeader, BytesView(*reject.key)});
      record::Record letter{.timestamp = clock_.now(), .key = as_bytes(key)};
      if (reject.value) letter.value = BytesView(*reject.value);
      letter.headers = headers;
      batches.back().builder.add(letter);
      batches.back().keys.push_back(std::move(key));
    }
  }
  if (batches.empty()) co_return Status();
  // Room for the largest record of the topic and the headers.
  const auto description = CO_TRY(co_await log_.ensure_topic(
      {.name = dead_letter_topic(topic), .config = {{"max.message.bytes", "268435456"}}}));
  topics_[description.name] = description.id;
  const TopicPartition to{description.name, PartitionId(0)};
  for (auto& batch : batches) {
    std::vector<log::RecordBatch> one;
    one.push_back({.to = to, .batch = std::move(batch.builder).finish()});
    is_doubtful_ = true;
    const auto bases = CO_TRY(co_await log_.append(std::move(one)));
    is_doubtful_ = false;
    ends_[to] = bases.front() + static_cast<int64_t>(batch.keys.size());
    appended_ += batch.keys.size();
    known_.insert(batch.keys.begin(), batch.keys.end());
  }
  co_return Status();
}

}  // namespace tarn::lake
