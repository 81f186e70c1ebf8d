#include "services/broker/classic_group.h"

#include <algorithm>

#include "base/check.h"

namespace tarn::broker {
namespace {

// A member that never was in a generation may wait so long, though its client may be gone.
constexpr Millis kNewMemberTimeout = std::chrono::minutes(5);

}  // namespace

ClassicGroup ClassicGroup::restore(StoredGroup stored, GroupRules rules, Time now) {
  ClassicGroup group(std::move(stored.id), rules);
  group.generation_ = stored.generation;
  group.protocol_type_ = std::move(stored.protocol_type);
  if (stored.members.empty()) return group;
  group.state_ = GroupState::stable;
  group.protocol_ = stored.protocol.value_or("");
  for (StoredMember& from : stored.members) {
    Member member{.id = from.member_id,
                  .instance_id = from.instance_id,
                  .client_id = std::move(from.client_id),
                  .client_host = std::move(from.client_host),
                  .session_timeout = from.session_timeout,
                  .rebalance_timeout = from.rebalance_timeout,
                  .protocols = {{*group.protocol_, std::move(from.subscription)}},
                  .assignment = std::move(from.assignment),
                  .has_synced = true};
    keep_alive(member, now);
    if (from.instance_id) group.static_ids_[*from.instance_id] = from.member_id;
    group.members_.emplace(from.member_id, std::move(member));
  }
  const std::string leader = stored.leader.value_or("");
  group.leader_ = group.members_.contains(leader) ? leader : group.members_.begin()->first;
  return group;
}

void ClassicGroup::join(RequestId id, JoinRequest request, std::string new_member_id, Time now) {
  if (state_ == GroupState::dead) return answer_join(id, GroupError::coordinator_not_available);
  if (request.session_timeout < rules_.session_timeout_min ||
      request.session_timeout > rules_.session_timeout_max) {
    return answer_join(id, GroupError::invalid_session_timeout, request.member_id);
  }
  // A rebalance must have an end.
  if (request.rebalance_timeout <= Millis(0)) request.rebalance_timeout = request.session_timeout;
  if (!accepts_protocols(request)) {
    return answer_join(id, GroupError::inconsistent_group_protocol, request.member_id);
  }
  if (request.member_id.empty()) {
    join_unknown(id, std::move(request), std::move(new_member_id), now);
  } else {
    join_known(id, std::move(request), now);
  }
}

void ClassicGroup::join_unknown(RequestId id, JoinRequest request, std::string new_member_id,
                                Time now) {
  if (request.instance_id && static_ids_.contains(*request.instance_id)) {
    return replace_static(id, std::move(request), new_member_id, now);
  }
  if (is_full()) return answer_join(id, GroupError::group_max_size_reached);
  if (!request.instance_id && request.member_id_rule == MemberIdRule::required) {
    // What is only promised is bounded like what is there.
    if (pending_.size() >= rules_.members_max) {
      return answer_join(id, GroupError::group_max_size_reached);
    }
    pending_[new_member_id] = now + request.session_timeout;
    return answer_join(id, GroupError::member_id_required, std::move(new_member_id));
  }
  add_member(id, std::move(request), new_member_id, now);
}

void ClassicGroup::join_known(RequestId id, JoinRequest request, Time now) {
  if (!request.instance_id && pending_.contains(request.member_id)) {
    if (is_full()) return answer_join(id, GroupError::group_max_size_reached, request.member_id);
    pending_.erase(request.member_id);
    const std::string member_id = request.member_id;
    return add_member(id, std::move(request), member_id, now);
  }
  const GroupError error = check_member(request.member_id, request.instance_id);
  if (error != GroupError::none) return answer_join(id, error, request.member_id);
  Member& member = members_.at(request.member_id);
  // Nothing new: the answer was lost. Only a leader in a stable group joins again to say that it
  // wants another assignment.
  const bool is_settled = state_ == GroupState::completing_rebalance ||
                          (state_ == GroupState::stable && member.id != leader_);
  if (is_settled && member.protocols == request.protocols) {
    keep_alive(member, now);
    return answer_generation(id, member);
  }
  rejoin(id, member, std::move(request), now);
}

// KIP-345: a static member that has been started anew takes the place of its former self. When the
// group is stable its generation goes on, with the assignment that the former self had.
void ClassicGroup::replace_static(RequestId id, JoinRequest request, const std::string& new_id,
                                  Time now) {
  const std::string old_leader = leader_;
  Member& member = rename_static(*request.instance_id, new_id);
  member.protocols = request.protocols;
  if (state_ != GroupState::stable || select_protocol() != protocol_) {
    return rejoin(id, member, std::move(request), now);
  }
  member.client_id = std::move(request.client_id);
  member.client_host = std::move(request.client_host);
  member.session_timeout = request.session_timeout;
  member.rebalance_timeout = request.rebalance_timeout;
  member.skip_assignment = request.skip_assignment;
  keep_alive(member, now);
  actions_.emplace_back(StoreGroup{next_store_id_++, snapshot()});
  answer_replaced(id, member, old_leader);
}

ClassicGroup::Member& ClassicGroup::rename_static(const std::string& instance_id,
                                                  const std::string& new_id) {
  const std::string old_id = static_ids_.at(instance_id);
  auto node = members_.extract(old_id);
  check(!node.empty(), "a static member is a member");
  Member& member = node.mapped();
  if (member.awaits_join) {
    answer_join(*std::exchange(member.awaits_join, {}), GroupError::fenced_instance_id, old_id);
  }
  if (member.awaits_sync) {
    answer_sync(*std::exchange(member.awaits_sync, {}), GroupError::fenced_instance_id);
  }
  node.key() = new_id;
  member.id = new_id;
  static_ids_[instance_id] = new_id;
  if (leader_ == old_id) leader_ = new_id;
  return members_.insert(std::move(node)).position->second;
}

void ClassicGroup::answer_replaced(RequestId id, Member& member, const std::string& old_leader) {
  answer_generation(id, member);
  if (leader_ != member.id) return;
  JoinAnswer& answer = std::get<AnswerJoin>(actions_.back()).answer;
  if (member.skip_assignment == SkipAssignment::understood) {
    answer.skip_assignment = true;
    return;
  }
  // A client that cannot skip would assign anew if it took itself for the leader.
  answer.leader = old_leader;
  answer.members.clear();
}

void ClassicGroup::add_member(RequestId id, JoinRequest request, const std::string& member_id,
                              Time now) {
  if (members_.empty()) protocol_type_ = request.protocol_type;
  Member& member = members_[member_id];
  member.id = member_id;
  member.instance_id = request.instance_id;
  member.is_new = true;
  if (request.instance_id) static_ids_[*request.instance_id] = member_id;
  if (leader_.empty()) leader_ = member_id;
  rejoin(id, member, std::move(request), now);
}

void ClassicGroup::rejoin(RequestId id, Member& member, JoinRequest request, Time now) {
  // A member that asks again while it waits has given the first request up.
  if (member.awaits_join) {
    answer_join(*member.awaits_join, GroupError::rebalance_in_progress, member.id);
  }
  member.client_id = std::move(request.client_id);
  member.client_host = std::move(request.client_host);
  member.session_timeout = request.session_timeout;
  member.rebalance_timeout = request.rebalance_timeout;
  member.protocols = std::move(request.protocols);
  member.skip_assignment = request.skip_assignment;
  member.awaits_join = id;
  member.expires = now + (member.is_new ? kNewMemberTimeout : member.session_timeout);
  if (state_ != GroupState::preparing_rebalance) prepare_rebalance(now);
  try_complete_join(now);
}

void ClassicGroup::remove_member(const std::string& member_id, Time now) {
  Member& member = members_.at(member_id);
  if (member.awaits_join) {
    answer_join(*member.awaits_join, GroupError::unknown_member_id, member_id);
  }
  if (member.awaits_sync) answer_sync(*member.awaits_sync, GroupError::unknown_member_id);
  forget_member(member_id);
  if (state_ == GroupState::stable || state_ == GroupState::completing_rebalance) {
    prepare_rebalance(now);
  }
  try_complete_join(now);
}

void ClassicGroup::forget_member(const std::string& member_id) {
  const auto found = members_.find(member_id);
  if (found->second.instance_id) static_ids_.erase(*found->second.instance_id);
  members_.erase(found);
  if (leader_ != member_id) return;
  leader_ = members_.empty() ? "" : members_.begin()->first;
}

void ClassicGroup::sync(RequestId id, SyncRequest request, Time now) {
  if (state_ == GroupState::dead) return answer_sync(id, GroupError::coordinator_not_available);
  const GroupError error = check_member(request.member_id, request.instance_id);
  if (error != GroupError::none) return answer_sync(id, error);
  if (request.generation != generation_) return answer_sync(id, GroupError::illegal_generation);
  const bool is_other_type = request.protocol_type && *request.protocol_type != protocol_type_;
  const bool is_other_protocol = request.protocol && request.protocol != protocol_;
  if (is_other_type || is_other_protocol) {
    return answer_sync(id, GroupError::inconsistent_group_protocol);
  }
  if (state_ == GroupState::preparing_rebalance) {
    return answer_sync(id, GroupError::rebalance_in_progress);
  }
  Member& member = members_.at(request.member_id);
  keep_alive(member, now);
  member.has_synced = true;
  if (state_ == GroupState::stable) {
    check_synced();
    return answer_assignment(id, member);
  }
  if (member.awaits_sync) answer_sync(*member.awaits_sync, GroupError::rebalance_in_progress);
  member.awaits_sync = id;
  if (member.id == leader_ && !pending_store_) store_assignments(std::move(request.assignments));
}

void ClassicGroup::store_assignments(std::vector<MemberAssignment> given) {
  PendingStore store{.id = next_store_id_++, .assignments = {}};
  for (MemberAssignment& one : given) {
    if (members_.contains(one.member_id)) {
      store.assignments[one.member_id] = std::move(one.assignment);
    }
  }
  StoredGroup group = snapshot();
  for (StoredMember& member : group.members) {
    member.assignment = store.assignments[member.member_id];
  }
  actions_.emplace_back(StoreGroup{store.id, std::move(group)});
  pending_store_ = std::move(store);
}

void ClassicGroup::stored(uint64_t store_id, Stored outcome, Time now) {
  // A rebalance that has begun meanwhile has dropped the pending store.
  if (!pending_store_ || pending_store_->id != store_id) return;
  PendingStore store = *std::exchange(pending_store_, {});
  if (outcome == Stored::no) {
    fail_syncs(GroupError::coordinator_not_available, now);
    return prepare_rebalance(now);
  }
  state_ = GroupState::stable;
  for (auto& [id, member] : members_) {
    member.assignment = std::move(store.assignments[id]);
    if (!member.awaits_sync) continue;
    answer_assignment(*std::exchange(member.awaits_sync, {}), member);
    keep_alive(member, now);
  }
  check_synced();
}

GroupError ClassicGroup::heartbeat(const HeartbeatRequest& request, Time now) {
  if (state_ == GroupState::dead) return GroupError::coordinator_not_available;
  const GroupError error = check_member(request.member_id, request.instance_id);
  if (error != GroupError::none) return error;
  if (request.generation != generation_) return GroupError::illegal_generation;
  keep_alive(members_.at(request.member_id), now);
  return state_ == GroupState::preparing_rebalance ? GroupError::rebalance_in_progress
                                                   : GroupError::none;
}

GroupError ClassicGroup::leave(const LeavingMember& leaving, Time now) {
  if (state_ == GroupState::dead) return GroupError::coordinator_not_available;
  std::string member_id = leaving.member_id;
  if (member_id.empty() && leaving.instance_id) {
    const auto found = static_ids_.find(*leaving.instance_id);
    if (found == static_ids_.end()) return GroupError::unknown_member_id;
    member_id = found->second;
  }
  if (!leaving.instance_id && pending_.erase(member_id) > 0) {
    try_complete_join(now);
    return GroupError::none;
  }
  const GroupError error = check_member(member_id, leaving.instance_id);
  if (error == GroupError::none) remove_member(member_id, now);
  return error;
}

GroupError ClassicGroup::check_commit(const OffsetCommitRequest& request, Time now) {
  if (state_ == GroupState::dead) return GroupError::coordinator_not_available;
  // A consumer that does not take part, or an operator; Kafka does not ask for its name.
  if (request.generation < 0 && state_ == GroupState::empty) return GroupError::none;
  // A producer need not say on whose behalf it commits.
  if (request.kind == CommitKind::transactional && request.generation < 0 &&
      request.member_id.empty() && !request.instance_id) {
    return GroupError::none;
  }
  const GroupError error = check_member(request.member_id, request.instance_id);
  if (error != GroupError::none) return error;
  if (request.generation != generation_) return GroupError::illegal_generation;
  keep_alive(members_.at(request.member_id), now);
  return state_ == GroupState::completing_rebalance ? GroupError::rebalance_in_progress
                                                    : GroupError::none;
}

void ClassicGroup::close(GroupError error) {
  for (auto& [id, member] : members_) {
    if (member.awaits_join) answer_join(*std::exchange(member.awaits_join, {}), error, id);
    if (member.awaits_sync) answer_sync(*std::exchange(member.awaits_sync, {}), error);
  }
  members_.clear();
  static_ids_.clear();
  pending_.clear();
  pending_store_.reset();
  rebalance_deadline_.reset();
  initial_delay_end_.reset();
  sync_deadline_.reset();
  state_ = GroupState::dead;
}

bool ClassicGroup::accepts_protocols(const JoinRequest& request) const {
  if (request.protocol_type.empty() || request.protocols.empty()) return false;
  if (members_.empty()) return true;
  return request.protocol_type == protocol_type_ &&
         std::ranges::any_of(request.protocols,
                             [this](const auto& offered) { return all_support(offered.name); });
}

GroupError ClassicGroup::check_member(const std::string& member_id,
                                      const std::optional<std::string>& instance_id) const {
  if (instance_id) {
    const auto known = static_ids_.find(*instance_id);
    if (known == static_ids_.end()) return GroupError::unknown_member_id;
    return known->second == member_id ? GroupError::none : GroupError::fenced_instance_id;
  }
  return members_.contains(member_id) ? GroupError::none : GroupError::unknown_member_id;
}

}  // namespace tarn::broker
