#include "services/broker/embedded_log.h"

#include <fmt/format.h>

#include "services/broker/committed_records.h"

namespace tarn::broker {
namespace {

log::TopicDescription describe(const Topic& topic) {
  return {.name = topic.name,
          .id = topic.id,
          .partitions = topic.partition_count(),
          .config = topic.config,
          .internal = topic.is_internal()};
}

template <class State>
log::PartitionOffsets offsets_of(const State& state) {
  return {.start = state.log_start,
          .high_watermark = state.high_watermark,
          .last_stable = state.last_stable};
}

std::string_view sentence(GroupError error) {
  switch (error) {
    case GroupError::coordinator_load_in_progress:
      return "the consumer groups are being loaded";
    case GroupError::coordinator_not_available:
      return "the consumer groups are not available";
    case GroupError::unknown_member_id:
    case GroupError::illegal_generation:
    case GroupError::rebalance_in_progress:
      return "the group has members, who alone may commit its offsets";
    case GroupError::unknown_topic_or_partition:
      return "there is no such topic or partition";
    case GroupError::storage_failed:
      return "the offsets could not be stored";
    default:
      return "the offsets were refused";
  }
}

Error to_error(GroupError error, const GroupId& group) {
  const auto code = [error] {
    switch (error) {
      case GroupError::invalid_group_id:
        return ErrorCode::invalid_argument;
      case GroupError::unknown_topic_or_partition:
        return ErrorCode::not_found;
      case GroupError::unknown_member_id:
      case GroupError::illegal_generation:
      case GroupError::rebalance_in_progress:
        return ErrorCode::failed_precondition;
      default:
        return ErrorCode::unavailable;
    }
  };
  return {code(), fmt::format("group '{}': {}", group.value(), sentence(error))};
}

}  // namespace

runtime::Task<log::TopicDescription> EmbeddedLog::ensure_topic(log::TopicSpec spec) {
  auto topic = co_await broker_.ensure_topic({.name = std::move(spec.name),
                                              .partitions = spec.partitions,
                                              .replication_factor = std::nullopt,
                                              .config = std::move(spec.config)});
  if (!topic) co_return to_error(topic.error());
  co_return describe(*topic);
}

runtime::Task<std::vector<log::TopicDescription>> EmbeddedLog::topics() {
  std::vector<log::TopicDescription> descriptions;
  for (const auto& [name, topic] : broker_.topics().all()) descriptions.push_back(describe(topic));
  co_return descriptions;
}

runtime::Task<std::vector<Offset>> EmbeddedLog::append(std::vector<log::RecordBatch> batches) {
  if (batches.empty()) co_return std::vector<Offset>();
  std::vector<std::pair<TopicPartition, MutableBytes>> all;
  for (log::RecordBatch& batch : batches) {
    all.emplace_back(std::move(batch.to), MutableBytes(std::move(batch.batch)));
  }
  auto produced = co_await broker_.produce_together(std::move(all));
  if (!produced) co_return to_error(produced.error());
  std::vector<Offset> offsets;
  for (const Produced& one : *produced) offsets.push_back(one.base);
  co_return offsets;
}

runtime::Task<log::Read> EmbeddedLog::read(TopicPartition from, Offset offset,
                                           log::ReadOptions options) {
  FetchRequest request{.partitions = {},
                       .bytes_min = 1,
                       .bytes_max = options.bytes_max,
                       .deadline = options.deadline,
                       .isolation = Isolation::read_committed};
  request.partitions.push_back(
      {.from = std::move(from), .offset = offset, .bytes_max = options.bytes_max});
  auto answer = co_await broker_.fetch(std::move(request));
  Answer<Fetched>& fetched = answer.front();
  if (!fetched) co_return to_error(fetched.error());
  auto committed = committed_records(std::move(fetched->batches), std::move(fetched->aborted));
  co_return log::Read{
      .batches = std::move(committed), .next = fetched->next, .offsets = offsets_of(*fetched)};
}

runtime::Task<log::PartitionOffsets> EmbeddedLog::offsets(TopicPartition of) {
  const auto state = broker_.partition_state(of);
  if (!state) co_return to_error(state.error());
  co_return offsets_of(*state);
}

runtime::Task<std::optional<Offset>> EmbeddedLog::offset_at(TopicPartition of, Timestamp at) {
  auto found = co_await broker_.find_offset(std::move(of), OffsetAt{at}, Isolation::read_committed,
                                            std::nullopt);
  if (!found) co_return to_error(found.error());
  if (!*found) co_return std::optional<Offset>();
  co_return std::optional((*found)->offset);
}

runtime::Task<void> EmbeddedLog::commit_offsets(GroupId group, log::OffsetsByPartition offsets) {
  OffsetCommitRequest request{.group = group};
  for (const auto& [partition, offset] : offsets) {
    request.offsets.push_back({.partition = partition, .offset = offset});
  }
  co_await broker_.groups().wait_until_loaded();
  const auto errors = co_await broker_.groups().commit_offsets(std::move(request));
  for (GroupError error : errors) {
    if (error != GroupError::none) co_return to_error(error, group);
  }
  co_return Status();
}

runtime::Task<log::OffsetsByPartition> EmbeddedLog::committed_offsets(GroupId group) {
  co_await broker_.groups().wait_until_loaded();
  const auto answer = broker_.groups().fetch_offsets(group);
  if (answer.error != GroupError::none) co_return to_error(answer.error, group);
  log::OffsetsByPartition offsets;
  for (const auto& [partition, committed] : answer.offsets) offsets[partition] = committed.offset;
  co_return offsets;
}

}  // namespace tarn::broker
