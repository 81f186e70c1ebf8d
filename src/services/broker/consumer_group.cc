#include "services/broker/consumer_group.h"

#include <algorithm>

#include "base/check.h"

namespace tarn::broker {
namespace {

std::string fenced_message(const ConsumerGroupMember& member, int32_t received) {
  return "The consumer group member has the member epoch " + std::to_string(received) +
         ", the group coordinator knows " + std::to_string(member.epoch) +
         ". The member must abandon all its partitions and rejoin.";
}

// Sets a field that a request may leave as it was; did it change?
template <class Field, class Given>
bool assign_given(Field& field, const std::optional<Given>& given) {
  if (!given || field == *given) return false;
  field = *given;
  return true;
}

}  // namespace

ConsumerGroup::ConsumerGroup(GroupId id, ConsumerGroupRules rules, int32_t first_epoch)
    : data_{.id = std::move(id), .epoch = first_epoch, .target_epoch = first_epoch},
      rules_(rules) {}

ConsumerGroup ConsumerGroup::restore(ConsumerGroupData data, ConsumerGroupRules rules, Time now) {
  ConsumerGroup group(data.id, rules);
  group.data_ = std::move(data);
  for (const auto& [id, member] : group.data_.members) {
    if (member.instance_id) group.static_ids_[*member.instance_id] = id;
    Timers timers{.session = now + rules.session_timeout};
    if (member.state == MemberState::unrevoked_partitions) {
      timers.rebalance = now + member.rebalance_timeout;
    }
    group.timers_[id] = timers;
    group.claim(member);
  }
  return group;
}

ConsumerHeartbeatAnswer ConsumerGroup::heartbeat(const ConsumerHeartbeatRequest& request,
                                                 const TopicCatalog& topics, Time now,
                                                 Timestamp now_utc) {
  if (request.epoch < 0) return leave(request);
  ConsumerHeartbeatAnswer answer{.member_id = request.member_id};
  if (Refusal refusal = check_heartbeat(request); refusal.error != GroupError::none) {
    answer.error = refusal.error;
    answer.message = std::move(refusal.message);
    return answer;
  }
  const bool is_first = data_.epoch == 0;
  Member& member = admit(request);
  const Assignment had = member.assigned;
  auto subscription = update(member, request);
  if (is_first) subscription = Subscription::changed;
  const bool is_known = subscription == Subscription::same && topics_version_ == topics.version();
  if (!is_known && resolve(topics, request, now_utc) == Subscription::changed) {
    subscription = Subscription::changed;
  }
  refresh(topics, subscription);
  assign(topics);
  reconcile_member(member, request.owned, now);
  timers_[member.id].session = now + rules_.session_timeout;

  answer.epoch = member.epoch;
  // Whoever tells all that it has is told all: it may not have had the last answer.
  const bool is_full =
      request.rebalance_timeout && (request.topics || request.regex) && request.owned;
  if (request.epoch == kJoinEpoch || is_full || member.assigned != had) {
    answer.assignment = member.assigned;
  }
  return answer;
}

ConsumerHeartbeatAnswer ConsumerGroup::leave(const ConsumerHeartbeatRequest& request) {
  ConsumerHeartbeatAnswer answer{.member_id = request.member_id, .epoch = request.epoch};
  const auto found = data_.members.find(request.member_id);
  if (request.instance_id) {
    const auto known = static_ids_.find(*request.instance_id);
    if (known == static_ids_.end()) {
      answer.error = GroupError::unknown_member_id;
    } else if (known->second != request.member_id) {
      answer.error = GroupError::fenced_instance_id;
    }
  } else if (found == data_.members.end()) {
    answer.error = GroupError::unknown_member_id;
  }
  if (answer.error != GroupError::none) {
    answer.message = "Member " + request.member_id + " is not a member of the group.";
    return answer;
  }
  if (request.epoch == kLeaveEpoch) {
    remove_member(request.member_id);
    return answer;
  }
  Member& member = found->second;
  release(member);
  member.epoch = kStaticLeaveEpoch;
  member.state = MemberState::stable;
  member.pending_revocation.clear();
  claim(member);
  timers_[member.id].rebalance.reset();
  changed(ConsumerGroupPart::current, member.id);
  return answer;
}

ConsumerGroup::Refusal ConsumerGroup::check_heartbeat(
    const ConsumerHeartbeatRequest& request) const {
  if (request.instance_id) return check_static(request);
  return check_member(request);
}

ConsumerGroup::Refusal ConsumerGroup::check_static(const ConsumerHeartbeatRequest& request) const {
  const auto known = static_ids_.find(*request.instance_id);
  const bool joins = request.epoch == kJoinEpoch;
  if (known == static_ids_.end()) {
    if (joins) return check_member(request);
    return {GroupError::unknown_member_id, "Instance id " + *request.instance_id + " is unknown."};
  }
  const Member& member = data_.members.at(known->second);
  if (member.id == request.member_id) return check_epoch(member, request);
  if (!joins) {
    return {GroupError::fenced_instance_id, "Static member " + request.member_id +
                                                " with instance id " + *request.instance_id +
                                                " was fenced by member " + member.id + "."};
  }
  if (member.epoch == kStaticLeaveEpoch) return {};
  return {GroupError::unreleased_instance_id,
          "Static member " + request.member_id + " with instance id " + *request.instance_id +
              " cannot join the group because the instance id is owned by member " + member.id +
              "."};
}

ConsumerGroup::Refusal ConsumerGroup::check_member(const ConsumerHeartbeatRequest& request) const {
  const auto found = data_.members.find(request.member_id);
  if (found != data_.members.end()) return check_epoch(found->second, request);
  if (request.epoch != kJoinEpoch) {
    return {GroupError::unknown_member_id,
            "Member " + request.member_id + " is not a member of group " + data_.id.value() + "."};
  }
  if (data_.members.size() < rules_.members_max) return {};
  return {GroupError::group_max_size_reached,
          "The consumer group has reached its maximum capacity of " +
              std::to_string(rules_.members_max) + " members."};
}

ConsumerGroup::Refusal ConsumerGroup::check_epoch(const Member& member,
                                                  const ConsumerHeartbeatRequest& request) {
  if (request.epoch == kJoinEpoch || request.epoch == member.epoch) return {};
  // The answer that told of the new epoch may have been lost.
  const bool is_late = request.epoch == member.previous_epoch && request.epoch < member.epoch &&
                       request.owned && is_subset(*request.owned, member.assigned);
  if (is_late) return {};
  return {GroupError::fenced_member_epoch, fenced_message(member, request.epoch)};
}

ConsumerGroup::Member& ConsumerGroup::admit(const ConsumerHeartbeatRequest& request) {
  const std::string& id = request.member_id;
  if (request.instance_id) {
    const auto known = static_ids_.find(*request.instance_id);
    if (known != static_ids_.end() && known->second != id) {
      replace_static(std::string(known->second), id);
    }
  }
  const auto [found, is_new] = data_.members.try_emplace(id);
  if (is_new) {
    found->second.id = id;
    changed(ConsumerGroupPart::member, id);
    changed(ConsumerGroupPart::current, id);
  }
  return found->second;
}

// A static member that was away is back under another id: it gets what its former self had.
void ConsumerGroup::replace_static(const std::string& old_id, const std::string& new_id) {
  // The new id may have been a member without an instance id.
  if (data_.members.contains(new_id)) remove_member(new_id);
  auto node = data_.members.extract(old_id);
  check(!node.empty(), "a static member is a member");
  Member& member = node.mapped();
  release(member);
  member.id = new_id;
  member.epoch = kJoinEpoch;
  member.previous_epoch = kJoinEpoch;
  node.key() = new_id;
  claim(member);
  static_ids_[*member.instance_id] = new_id;
  data_.members.insert(std::move(node));
  if (auto target = data_.targets.extract(old_id)) {
    target.key() = new_id;
    data_.targets.insert(std::move(target));
  }
  timers_.erase(old_id);
  for (const auto part :
       {ConsumerGroupPart::member, ConsumerGroupPart::target, ConsumerGroupPart::current}) {
    changed(part, old_id);
    changed(part, new_id);
  }
}

ConsumerGroup::Subscription ConsumerGroup::update(Member& member,
                                                  const ConsumerHeartbeatRequest& request) {
  const bool has_new_topics = assign_given(member.topics, request.topics);
  const bool has_new_regex = assign_given(member.regex, request.regex);
  bool has_changed = has_new_topics || has_new_regex;
  if (request.instance_id && member.instance_id != request.instance_id) {
    if (member.instance_id) static_ids_.erase(*member.instance_id);
    member.instance_id = request.instance_id;
    static_ids_[*request.instance_id] = member.id;
    has_changed = true;
  }
  has_changed |= assign_given(member.rack_id, request.rack_id);
  has_changed |= assign_given(member.assignor, request.assignor);
  has_changed |= assign_given(member.rebalance_timeout, request.rebalance_timeout);
  has_changed |= assign_given(member.client_id, std::optional(request.client_id));
  has_changed |= assign_given(member.client_host, std::optional(request.client_host));
  if (has_changed) changed(ConsumerGroupPart::member, member.id);
  const bool is_new = !data_.targets.contains(member.id);
  return has_new_topics || has_new_regex || is_new ? Subscription::changed : Subscription::same;
}

void ConsumerGroup::reconcile_member(Member& member, const std::optional<Assignment>& owned,
                                     Time now) {
  if (member.state == MemberState::stable && member.epoch == data_.target_epoch) return;
  const Member before = member;
  release(member);
  const std::function<bool(const Uuid&, int32_t)> is_free = [this](const Uuid& topic,
                                                                   int32_t partition) {
    return !owners_.contains({topic, partition});
  };
  reconcile(member, {.target_epoch = data_.target_epoch,
                     .target = data_.targets[member.id],
                     .owned = owned,
                     .is_free = is_free});
  claim(member);
  if (member == before) return;
  changed(ConsumerGroupPart::current, member.id);
  Timers& timers = timers_[member.id];
  timers.rebalance.reset();
  if (member.state == MemberState::unrevoked_partitions) {
    timers.rebalance = now + std::max(member.rebalance_timeout, Millis(0));
  }
}

void ConsumerGroup::remove_member(const std::string& member_id) {
  const auto found = data_.members.find(member_id);
  check(found != data_.members.end(), "only a member is removed");
  release(found->second);
  if (found->second.instance_id) static_ids_.erase(*found->second.instance_id);
  for (const auto part :
       {ConsumerGroupPart::member, ConsumerGroupPart::target, ConsumerGroupPart::current}) {
    changed(part, member_id);
  }
  timers_.erase(member_id);
  data_.targets.erase(member_id);
  data_.members.erase(found);
  drop_unused_regexes();
  topics_version_.reset();  // the group may read other topics now
  ++data_.epoch;
  changed(ConsumerGroupPart::group);
}

void ConsumerGroup::tick(Time now) {
  std::vector<std::string> gone;
  for (const auto& [id, timers] : timers_) {
    if (timers.session <= now || (timers.rebalance && *timers.rebalance <= now)) gone.push_back(id);
  }
  for (const std::string& id : gone) remove_member(id);
}

std::optional<ConsumerGroup::Time> ConsumerGroup::next_deadline() const {
  std::optional<Time> next;
  for (const auto& [id, timers] : timers_) {
    const Time first = std::min(timers.session, timers.rebalance.value_or(timers.session));
    if (!next || first < *next) next = first;
  }
  return next;
}

void ConsumerGroup::claim(const Member& member) {
  for (const Assignment* held : {&member.assigned, &member.pending_revocation}) {
    for (const auto& [topic, partitions] : *held) {
      for (int32_t partition : partitions) owners_[{topic, partition}] = member.id;
    }
  }
}

void ConsumerGroup::release(const Member& member) {
  for (const Assignment* held : {&member.assigned, &member.pending_revocation}) {
    for (const auto& [topic, partitions] : *held) {
      for (int32_t partition : partitions) owners_.erase({topic, partition});
    }
  }
}

}  // namespace tarn::broker
