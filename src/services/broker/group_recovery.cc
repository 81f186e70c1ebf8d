// What the log says of the groups, after start.
#include "platform/runtime/sleep.h"
#include "services/broker/consumer_group_records.h"
#include "services/broker/group_coordinator.h"

namespace tarn::broker {
namespace {

constexpr auto kLoadRetryInterval = std::chrono::seconds(5);

}  // namespace

runtime::Task<void> GroupCoordinator::load() {
  while (true) {
    Replayed replayed;
    auto status = co_await parts_.log.replay(
        [&replayed](const record::Record& record, std::optional<ProducerId> open) {
          return open ? replay_pending(record, replayed.pending[*open])
                      : replay_record(record, replayed);
        });
    if (status) {
      restore(std::move(replayed));
      co_return Status();
    }
    parts_.logger.error("the consumer groups cannot be loaded; will try again",
                        {{"reason", status.error().message()}});
    co_await runtime::sleep_for(kLoadRetryInterval);
  }
}

Status GroupCoordinator::replay_record(const record::Record& record, Replayed& replayed) {
  const OffsetsKey key = TRY(decode_key(record.key.value_or(BytesView())));
  if (const auto* offset = std::get_if<OffsetKey>(&key)) {
    if (record.value) {
      replayed.offsets[*offset] = TRY(decode_offset_value(*record.value));
    } else {
      replayed.offsets.erase(*offset);
    }
  } else if (const auto* group = std::get_if<GroupKey>(&key)) {
    if (record.value) {
      replayed.classic[group->group] = TRY(decode_group_value(group->group, *record.value));
    } else {
      replayed.classic.erase(group->group);
    }
  } else {
    return replay_consumer_record(record, replayed);
  }
  return {};
}

Status GroupCoordinator::replay_consumer_record(const record::Record& record, Replayed& replayed) {
  const auto key = TRY(decode_consumer_group_key(record.key.value_or(BytesView())));
  if (!key) return {};
  if (key->part == ConsumerGroupPart::group && !record.value) {
    replayed.consumer.erase(key->group);
    return {};
  }
  // Tombstones of a group that is gone, in any order, do not bring it back.
  if (!record.value && !replayed.consumer.contains(key->group)) return {};
  ConsumerGroupData& group = replayed.consumer[key->group];
  group.id = key->group;
  replayed.changed[key->group] = record.timestamp;
  return apply_record(group, *key, record.value);
}

Status GroupCoordinator::replay_pending(const record::Record& record,
                                        std::map<OffsetKey, CommittedOffset>& pending) {
  const OffsetsKey key = TRY(decode_key(record.key.value_or(BytesView())));
  const auto* offset = std::get_if<OffsetKey>(&key);
  if (offset != nullptr && record.value) {
    pending[*offset] = TRY(decode_offset_value(*record.value));
  }
  return {};
}

void GroupCoordinator::restore(Replayed replayed) {
  const Time now = parts_.clock.monotonic();
  for (auto& [id, stored] : replayed.classic) {
    Group& group = add_group(ClassicGroup::restore(stored, rules(), now));
    if (stored.members.empty()) group.empty_since = stored.state_time;
    group.stored = std::move(stored);
  }
  for (auto& [id, data] : replayed.consumer) {
    Group* group = find(id);
    if (group == nullptr) group = &add_group(ClassicGroup(id, rules()));
    if (!group->machine.is_idle()) continue;
    if (data.members.empty()) group->empty_since = replayed.changed[id];
    group->consumer = ConsumerGroup::restore(std::move(data), consumer_rules(), now);
  }
  for (const auto& [key, offset] : replayed.offsets) {
    Group* group = find(key.group);
    if (group == nullptr) group = &add_group(ClassicGroup(key.group, rules()));
    group->offsets.emplace(key.partition, offset);
  }
  pending_ = std::move(replayed.pending);
  is_loaded_ = true;
  loaded_.notify_all();
  for (auto& [id, group] : groups_) {
    schedule(group);
    std::vector<TopicPartition> orphans;
    for (const auto& [partition, offset] : group.offsets) {
      if (parts_.topics.find(partition.topic) == nullptr) orphans.push_back(partition);
    }
    drop_offsets(group, orphans);
  }
}

}  // namespace tarn::broker
