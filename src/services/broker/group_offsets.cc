// The offsets of consumer groups.
#include <algorithm>

#include "base/check.h"
#include "services/broker/consumer_group_records.h"
#include "services/broker/group_coordinator.h"

namespace tarn::broker {
namespace {

GroupError error_of(const Answer<void>& outcome) {
  if (outcome) return GroupError::none;
  return outcome.error().reason == Reason::message_too_large
             ? GroupError::invalid_commit_offset_size
             : GroupError::storage_failed;
}

}  // namespace

runtime::Awaitable<std::vector<GroupError>> GroupCoordinator::commit_offsets(
    OffsetCommitRequest request) {
  return commit(std::move(request), std::nullopt);
}

runtime::Awaitable<std::vector<GroupError>> GroupCoordinator::commit_offsets(
    OffsetCommitRequest request, ProducerIdentity transaction) {
  return commit(std::move(request), transaction);
}

runtime::Awaitable<std::vector<GroupError>> GroupCoordinator::commit(
    OffsetCommitRequest request, std::optional<ProducerIdentity> transaction) {
  if (transaction) request.kind = CommitKind::transactional;
  std::vector<GroupError> errors(request.offsets.size(), co_await prepare(request.group));
  if (errors.empty() || errors.front() != GroupError::none) co_return errors;
  const GroupError error = check_commit(request);
  std::vector<std::pair<OffsetKey, CommittedOffset>> offsets;
  std::vector<CoordinatorRecord> entries;
  for (size_t i = 0; i < errors.size(); ++i) {
    const OffsetCommit& commit = request.offsets[i];
    errors[i] = error == GroupError::none ? check_offset(commit) : error;
    if (errors[i] != GroupError::none) continue;
    const CommittedOffset offset{.offset = commit.offset,
                                 .epoch = commit.epoch,
                                 .metadata = commit.metadata,
                                 .commit_time = parts_.clock.now()};
    offsets.emplace_back(OffsetKey{request.group, commit.partition}, offset);
    entries.push_back({encode_key(offsets.back().first), encode_value(offset)});
  }
  if (entries.empty()) {
    settle(request.group);
    co_return errors;
  }
  auto done = std::make_shared<Completion<GroupError>>(parts_.executor);
  write(
      *find(request.group), std::move(entries),
      [this, done, transaction, offsets = std::move(offsets)](Group& group,
                                                              const Answer<void>& outcome) {
        if (outcome && transaction) {
          for (const auto& [key, offset] : offsets) pending_[transaction->id][key] = offset;
        } else if (outcome) {
          apply_offsets(group, offsets);
        }
        done->set(error_of(outcome));
      },
      transaction);
  const GroupError outcome = co_await Completion<GroupError>::wait(done);
  std::ranges::replace(errors, GroupError::none, outcome);
  co_return errors;
}

GroupError GroupCoordinator::check_commit(const OffsetCommitRequest& request) {
  Group* group = find(request.group);
  if (group == nullptr) {
    if (request.generation >= 0) {
      return request.member_epochs == MemberEpochs::understood ? GroupError::group_id_not_found
                                                               : GroupError::illegal_generation;
    }
    if (is_full()) return GroupError::coordinator_not_available;
    group = &add_group(ClassicGroup(request.group, rules()));
  }
  if (group->is_being_removed) return GroupError::coordinator_not_available;
  const GroupError error = group->consumer
                               ? group->consumer->check_commit(request)
                               : group->machine.check_commit(request, parts_.clock.monotonic());
  schedule(*group);
  return error;
}

GroupError GroupCoordinator::check_offset(const OffsetCommit& commit) const {
  if (commit.metadata.size() > options_.offset_metadata_bytes_max) {
    return GroupError::offset_metadata_too_large;
  }
  return parts_.topics.log_of(commit.partition) ? GroupError::none
                                                : GroupError::unknown_topic_or_partition;
}

void GroupCoordinator::end_transaction(ProducerId producer, record::TransactionEnd end) {
  const auto decided = pending_.extract(producer);
  if (decided.empty() || end == record::TransactionEnd::abort) return;
  for (const auto& [key, offset] : decided.mapped()) {
    Group* group = find(key.group);
    if (group == nullptr) group = &add_group(ClassicGroup(key.group, rules()));
    // What was committed later without a transaction stands, as it does in the compacted log.
    const auto known = group->offsets.find(key.partition);
    const bool is_newer =
        known != group->offsets.end() && known->second.commit_time > offset.commit_time;
    if (!is_newer) apply_offsets(*group, {{key, offset}});
  }
}

OffsetFetchAnswer GroupCoordinator::fetch_offsets(const GroupId& group) const {
  OffsetFetchAnswer answer{.error = status(), .offsets = {}};
  const auto found = groups_.find(group);
  if (answer.error == GroupError::none && found != groups_.end()) {
    answer.offsets = found->second.offsets;
  }
  for (const auto& [producer, offsets] : pending_) {
    for (const auto& [key, offset] : offsets) {
      if (key.group == group) answer.undecided.insert(key.partition);
    }
  }
  return answer;
}

runtime::Awaitable<OffsetDeleteAnswer> GroupCoordinator::delete_offsets(
    GroupId group_id, std::vector<TopicPartition> partitions) {
  OffsetDeleteAnswer answer{.error = co_await prepare(group_id), .partitions = {}};
  if (answer.error != GroupError::none) co_return answer;
  Group* group = find(group_id);
  if (group == nullptr || group->is_being_removed) {
    answer.error = GroupError::group_id_not_found;
    co_return answer;
  }
  const bool is_consumer = group->consumer || group->machine.listing().protocol_type == "consumer";
  if (!group->is_idle() && !is_consumer) {
    answer.error = GroupError::non_empty_group;
    co_return answer;
  }
  std::vector<TopicPartition> dropped;
  for (const TopicPartition& partition : partitions) {
    const bool is_read = group->consumer ? group->consumer->is_subscribed_to(partition.topic)
                                         : group->machine.is_subscribed_to(partition.topic);
    answer.partitions.push_back(is_read ? GroupError::group_subscribed_to_topic : GroupError::none);
    if (!is_read && group->offsets.contains(partition)) dropped.push_back(partition);
  }
  if (dropped.empty()) co_return answer;
  auto done = std::make_shared<Completion<GroupError>>(parts_.executor);
  drop_offsets(*group, dropped, done);
  const GroupError outcome = co_await Completion<GroupError>::wait(done);
  std::ranges::replace(answer.partitions, GroupError::none, outcome);
  co_return answer;
}

void GroupCoordinator::write(Group& group, std::vector<CoordinatorRecord> entries, Written then,
                             std::optional<ProducerIdentity> transaction) {
  ++group.writes_under_way;
  const GroupId id = group.machine.id();
  parts_.log.append(
      {.about = id.value(), .records = std::move(entries), .transaction = transaction},
      [this, id, then = std::move(then)](Answer<void> outcome) {
        Group* written = find(id);
        check(written != nullptr, "a group is not erased while it is written");
        --written->writes_under_way;
        then(*written, outcome);
        settle(id);
        written_.notify_all();
      });
}

void GroupCoordinator::apply_offsets(
    Group& group, const std::vector<std::pair<OffsetKey, CommittedOffset>>& offsets) {
  std::vector<TopicPartition> orphans;
  for (const auto& [key, offset] : offsets) {
    group.offsets[key.partition] = offset;
    // The topic may have been deleted while the commit was under way.
    if (!parts_.topics.log_of(key.partition)) orphans.push_back(key.partition);
  }
  drop_offsets(group, orphans);
}

void GroupCoordinator::drop_offsets(Group& group, const std::vector<TopicPartition>& partitions,
                                    std::shared_ptr<Completion<GroupError>> done) {
  if (partitions.empty()) return;
  std::vector<CoordinatorRecord> tombstones;
  for (const TopicPartition& partition : partitions) {
    tombstones.push_back({encode_key(OffsetKey{group.machine.id(), partition}), std::nullopt});
  }
  write(group, std::move(tombstones), [partitions, done](Group& from, const Answer<void>& outcome) {
    for (const TopicPartition& partition : partitions) {
      if (outcome) from.offsets.erase(partition);
    }
    if (done) done->set(error_of(outcome));
  });
}

void GroupCoordinator::forget_group(Group& group, std::shared_ptr<Completion<GroupError>> done) {
  group.is_being_removed = true;
  std::vector<CoordinatorRecord> tombstones;
  for (const auto& [partition, offset] : group.offsets) {
    tombstones.push_back({encode_key(OffsetKey{group.machine.id(), partition}), std::nullopt});
  }
  tombstones.push_back({encode_key(GroupKey{group.machine.id()}), std::nullopt});
  for (const ConsumerGroupKey& key : consumer_keys(group)) {
    tombstones.push_back({encode_key(key), std::nullopt});
  }
  write(group, std::move(tombstones), [done](Group& forgotten, const Answer<void>& outcome) {
    forgotten.is_being_removed = false;
    if (outcome) {
      forgotten.offsets.clear();
      forgotten.stored.reset();
      forgotten.consumer.reset();
    }
    if (done) done->set(error_of(outcome));
  });
}

void GroupCoordinator::expire_offsets() {
  if (status() != GroupError::none) return;
  const Timestamp oldest = parts_.clock.now() - options_.offsets_retention;
  for (auto& [id, group] : groups_) {
    const bool is_used = !group.is_idle() || group.writes_under_way > 0;
    if (is_used) continue;
    std::vector<TopicPartition> expired;
    for (const auto& [partition, offset] : group.offsets) {
      if (std::max(offset.commit_time, group.empty_since) < oldest) expired.push_back(partition);
    }
    if (expired.size() == group.offsets.size()) {
      forget_group(group, nullptr);
    } else {
      drop_offsets(group, expired);
    }
  }
}

void GroupCoordinator::forget_topic(const TopicName& topic) {
  for (auto& [id, group] : groups_) {
    std::vector<TopicPartition> forgotten;
    for (const auto& [partition, offset] : group.offsets) {
      if (partition.topic == topic) forgotten.push_back(partition);
    }
    drop_offsets(group, forgotten);
  }
}

}  // namespace tarn::broker
