#include "services/log/testing/memory_log.h"

#include "formats/record/record_reader.h"

namespace tarn::log::testing {
namespace {

Error unknown(const std::string& what) {
  return Error(ErrorCode::not_found, "there is no " + what);
}

PartitionOffsets offsets_of(Offset start, Offset end) {
  return {.start = start, .high_watermark = end, .last_stable = end};
}

}  // namespace

MemoryLog::MemoryLog(boost::asio::any_io_executor executor) : appended_(std::move(executor)) {}

Result<MemoryLog::Partition*> MemoryLog::find(const TopicPartition& of) {
  const auto topic = topics_.find(of.topic);
  if (topic == topics_.end()) return unknown("topic " + of.topic.value());
  const auto index = static_cast<size_t>(of.partition.value());
  if (index >= topic->second.partitions.size()) {
    return unknown("partition " + std::to_string(index) + " of " + of.topic.value());
  }
  return &topic->second.partitions[index];
}

runtime::Task<TopicDescription> MemoryLog::ensure_topic(TopicSpec spec) {
  auto [topic, is_new] = topics_.try_emplace(spec.name);
  if (is_new) {
    topic->second.description = {.name = spec.name,
                                 .id = Uuid::random(random_),
                                 .partitions = spec.partitions,
                                 .config = spec.config,
                                 .internal = spec.name.value().starts_with("__")};
    topic->second.partitions.resize(static_cast<size_t>(spec.partitions));
  }
  co_return topic->second.description;
}

runtime::Task<std::vector<TopicDescription>> MemoryLog::topics() {
  std::vector<TopicDescription> all;
  for (const auto& [name, topic] : topics_) all.push_back(topic.description);
  co_return all;
}

runtime::Task<std::vector<Offset>> MemoryLog::append(std::vector<RecordBatch> batches) {
  if (before_append_) CO_TRY(before_append_(batches));
  std::vector<std::pair<Partition*, record::BatchHeader>> places;
  for (const auto& batch : batches) {
    auto* partition = CO_TRY(find(batch.to));
    const auto header = CO_TRY(record::read_batch_header(batch.batch));
    CO_TRY(record::verify_batch_crc(header, batch.batch));
    places.emplace_back(partition, header);
  }
  std::vector<Offset> bases;
  for (size_t at = 0; at < batches.size(); ++at) {
    auto& [partition, header] = places[at];
    bases.push_back(partition->end);
    record::assign_offset(batches[at].batch, partition->end, LeaderEpoch(0));
    partition->end = partition->end + header.last_offset_delta + 1;
    partition->batches.emplace_back(std::move(batches[at].batch));
  }
  appended_.notify_all();
  co_return bases;
}

Read MemoryLog::read_now(const Partition& partition, Offset offset, size_t bytes_max) {
  Read read{.batches = {}, .next = offset, .offsets = offsets_of(partition.start, partition.end)};
  size_t bytes = 0;
  for (const auto& batch : partition.batches) {
    if (record::read_batch_header(batch.view())->next_offset() <= offset) continue;
    if (!read.batches.empty() && bytes + batch.size() > bytes_max) break;
    bytes += batch.size();
    read.batches.push_back(batch);
    read.next = record::read_batch_header(batch.view())->next_offset();
  }
  return read;
}

runtime::Task<Read> MemoryLog::read(TopicPartition from, Offset offset, ReadOptions options) {
  for (;;) {
    const auto* partition = CO_TRY(find(from));
    if (offset < partition->start || offset > partition->end) {
      co_return Error(ErrorCode::out_of_range, "the offset is outside of the partition");
    }
    auto read = read_now(*partition, offset, options.bytes_max);
    if (!read.batches.empty()) co_return read;
    if (!co_await appended_.wait_until(options.deadline)) co_return read;
  }
}

runtime::Task<PartitionOffsets> MemoryLog::offsets(TopicPartition of) {
  const auto* partition = CO_TRY(find(of));
  co_return offsets_of(partition->start, partition->end);
}

runtime::Task<std::optional<Offset>> MemoryLog::offset_at(TopicPartition of, Timestamp at) {
  const auto* partition = CO_TRY(find(of));
  std::optional<Offset> found;
  for (const auto& batch : partition->batches) {
    CO_TRY(record::for_each_record(batch.view(), [&](const record::Record& record) -> Status {
      if (!found && record.timestamp >= at && record.offset >= partition->start) {
        found = record.offset;
      }
      return {};
    }));
  }
  co_return found;
}

runtime::Task<void> MemoryLog::commit_offsets(GroupId group, OffsetsByPartition offsets) {
  for (const auto& [partition, offset] : offsets) committed_[group][partition] = offset;
  co_return Status();
}

runtime::Task<OffsetsByPartition> MemoryLog::committed_offsets(GroupId group) {
  co_return committed_[group];
}

void MemoryLog::delete_topic(const TopicName& name) {
  topics_.erase(name);
  appended_.notify_all();
}

void MemoryLog::delete_records_before(const TopicPartition& partition, Offset start) {
  auto& it = **find(partition);
  it.start = start;
  std::erase_if(it.batches, [start](const SharedBytes& batch) {
    return record::read_batch_header(batch.view())->next_offset() <= start;
  });
}

}  // namespace tarn::log::testing
