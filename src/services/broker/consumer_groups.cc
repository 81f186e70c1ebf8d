// The coordinator's part in groups of the consumer protocol: the state machine decides, what has
// changed is written, and then the member is answered.
#include "base/uuid.h"
#include "services/broker/consumer_group_records.h"
#include "services/broker/group_coordinator.h"

namespace tarn::broker {
namespace {

ConsumerHeartbeatAnswer refused(GroupError error, std::string message) {
  ConsumerHeartbeatAnswer answer{.error = error};
  answer.message = std::move(message);
  return answer;
}

}  // namespace

runtime::Awaitable<ConsumerHeartbeatAnswer> GroupCoordinator::consumer_heartbeat(
    ConsumerHeartbeatRequest request) {
  if (request.member_id.empty() && request.member_id_rule == MemberIdRule::optional &&
      request.epoch == kJoinEpoch) {
    request.member_id = Uuid::random(random_).to_base64();
  }
  ConsumerHeartbeatAnswer answer = check_request(request);
  if (answer.error != GroupError::none) co_return answer;
  const GroupError error = co_await prepare(request.group);
  if (error != GroupError::none) co_return refused(error, "");
  answer = step_consumer_group(request);
  if (answer.error != GroupError::none) co_return answer;
  answer.heartbeat_interval = options_.consumer_heartbeat_interval;
  // What is under way for other members counts too: nobody is told what a crash would take back.
  if (!co_await consumer_group_is_stored(request.group)) {
    co_return refused(GroupError::coordinator_not_available, "the group cannot be stored");
  }
  co_return answer;
}

ConsumerHeartbeatAnswer GroupCoordinator::step_consumer_group(
    const ConsumerHeartbeatRequest& request) {
  const GroupId& id = request.group;
  Group* group = find(id);
  if (group == nullptr && request.epoch == kJoinEpoch) {
    if (is_full()) return refused(GroupError::coordinator_not_available, "too many groups");
    group = &add_group(ClassicGroup(id, rules()));
  }
  // Whoever was a member may join again.
  if (group == nullptr) return refused(GroupError::unknown_member_id, "there is no such group");
  if (group->is_being_removed) return refused(GroupError::coordinator_not_available, "");
  if (!group->consumer) {
    if (!group->machine.is_idle() || request.epoch != kJoinEpoch) {
      return refused(GroupError::group_id_not_found,
                     "Group " + id.value() + " is not a consumer group.");
    }
    group->consumer.emplace(id, consumer_rules(), group->machine.generation());
  }
  ConsumerHeartbeatAnswer answer = group->consumer->heartbeat(
      request, parts_.topics, parts_.clock.monotonic(), parts_.clock.now());
  store_consumer_group(*group);
  schedule(*group);
  return answer;
}

void GroupCoordinator::store_consumer_group(Group& group) {
  if (!group.consumer || !group.consumer->has_changes()) return;
  const auto changes = group.consumer->take_changes();
  const ConsumerGroupData& data = group.consumer->data();
  if (data.members.empty()) group.empty_since = parts_.clock.now();
  std::vector<CoordinatorRecord> entries;
  for (const ConsumerGroupKey& key : changes) {
    entries.push_back({encode_key(key), encode_value(data, key)});
  }
  // The classic group that it was.
  if (group.stored) entries.push_back({encode_key(GroupKey{data.id}), std::nullopt});
  ++group.consumer_writes_begun;
  write(group, std::move(entries), [this, changes](Group& written, const Answer<void>& outcome) {
    ++written.consumer_writes_ended;
    if (outcome) {
      written.stored.reset();
      return;
    }
    if (written.consumer) written.consumer->add_changes(changes);
    parts_.logger.warn(
        "a change of a consumer group could not be stored",
        {{"group", written.machine.id().value()}, {"reason", outcome.error().message}});
  });
}

runtime::Awaitable<bool> GroupCoordinator::consumer_group_is_stored(GroupId id) {
  const Group* group = find(id);
  const uint64_t wanted = group == nullptr ? 0 : group->consumer_writes_begun;
  while (group != nullptr && group->consumer_writes_ended < wanted) {
    co_await written_.wait();
    if (is_closed_) co_return false;
    group = find(id);
  }
  co_return group != nullptr && (!group->consumer || !group->consumer->has_changes());
}

bool GroupCoordinator::make_classic(Group& group) {
  if (!group.consumer) return true;
  const ConsumerGroupData& data = group.consumer->data();
  if (!data.members.empty()) return false;
  const StoredGroup next{.id = data.id, .protocol_type = "", .generation = data.epoch};
  std::vector<CoordinatorRecord> tombstones;
  for (const ConsumerGroupKey& key : consumer_keys(group)) {
    tombstones.push_back({encode_key(key), std::nullopt});
  }
  group.machine = ClassicGroup::restore(next, rules(), parts_.clock.monotonic());
  group.consumer.reset();
  // What the classic group writes comes after it; if it fails, so does that.
  write(group, std::move(tombstones), [](Group&, const Answer<void>&) {});
  return true;
}

std::set<ConsumerGroupKey> GroupCoordinator::consumer_keys(const Group& group) {
  if (!group.consumer) return {};
  std::set<ConsumerGroupKey> keys = group.consumer->keys();
  // Of members that are gone, when that could not be written.
  keys.insert(group.consumer->changes().begin(), group.consumer->changes().end());
  return keys;
}

ConsumerGroupRules GroupCoordinator::consumer_rules() const {
  return {.session_timeout = options_.consumer_session_timeout,
          .members_max = options_.members_max};
}

const ConsumerGroup* GroupCoordinator::find_consumer_group(const GroupId& id) const {
  const auto found = groups_.find(id);
  if (found == groups_.end() || !found->second.consumer) return nullptr;
  return &*found->second.consumer;
}

GroupError GroupCoordinator::check_fetch(const OffsetFetchRequest& request) const {
  const ConsumerGroup* group = find_consumer_group(request.group);
  return group == nullptr ? GroupError::none : group->check_fetch(request);
}

}  // namespace tarn::broker
