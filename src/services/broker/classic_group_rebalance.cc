// How a classic group gets from one generation to the next.
#include <algorithm>

#include "services/broker/classic_group.h"

namespace tarn::broker {

void ClassicGroup::prepare_rebalance(Time now) {
  fail_syncs(GroupError::rebalance_in_progress, now);
  pending_store_.reset();
  sync_deadline_.reset();
  if (state_ == GroupState::empty && rules_.initial_rebalance_delay > Millis(0)) {
    initial_delay_end_ = now + rules_.initial_rebalance_delay;
    initial_members_ = members_.size();
  }
  rebalance_deadline_ = now + longest_rebalance_timeout();
  state_ = GroupState::preparing_rebalance;
}

void ClassicGroup::try_complete_join(Time now) {
  if (state_ != GroupState::preparing_rebalance || initial_delay_end_ || !pending_.empty()) return;
  const bool all_joined = std::ranges::all_of(
      members_, [](const auto& entry) { return entry.second.awaits_join.has_value(); });
  if (all_joined) complete_join(now);
}

void ClassicGroup::complete_join(Time now) {
  // Static members may be away for a session; others that have not rejoined are gone.
  std::vector<std::string> gone;
  for (const auto& [id, member] : members_) {
    if (!member.awaits_join && !member.instance_id) gone.push_back(id);
  }
  for (const std::string& id : gone) forget_member(id);
  if (!members_.empty() && !elect_leader_among_joined()) {
    // Static members alone, and all away: one more rebalance timeout.
    rebalance_deadline_ = now + longest_rebalance_timeout();
    return;
  }
  begin_generation(now);
}

void ClassicGroup::begin_generation(Time now) {
  rebalance_deadline_.reset();
  initial_delay_end_.reset();
  ++generation_;
  if (members_.empty()) {
    state_ = GroupState::empty;
    protocol_.reset();
    actions_.emplace_back(StoreGroup{next_store_id_++, snapshot()});
    return;
  }
  state_ = GroupState::completing_rebalance;
  protocol_ = select_protocol();
  sync_deadline_ = now + longest_rebalance_timeout();
  for (auto& [id, member] : members_) {
    member.assignment.clear();
    member.has_synced = false;
    if (!member.awaits_join) continue;
    member.is_new = false;
    keep_alive(member, now);
    answer_generation(*std::exchange(member.awaits_join, {}), member);
  }
}

bool ClassicGroup::elect_leader_among_joined() {
  const auto leader = members_.find(leader_);
  if (leader != members_.end() && leader->second.awaits_join) return true;
  const auto joined = std::ranges::find_if(
      members_, [](const auto& entry) { return entry.second.awaits_join.has_value(); });
  if (joined == members_.end()) return false;
  leader_ = joined->first;
  return true;
}

// Of the protocols that all support the one that most members prefer; among equals the one that
// the leader prefers.
std::string ClassicGroup::select_protocol() const {
  std::map<std::string, size_t> votes;
  for (const auto& [id, member] : members_) {
    const auto preferred = std::ranges::find_if(
        member.protocols, [this](const auto& offered) { return all_support(offered.name); });
    if (preferred != member.protocols.end()) ++votes[preferred->name];
  }
  std::string selected;
  size_t most = 0;
  for (const GroupProtocol& offered : members_.at(leader_).protocols) {
    const auto found = votes.find(offered.name);
    if (found == votes.end() || found->second <= most) continue;
    most = found->second;
    selected = offered.name;
  }
  return selected;
}

bool ClassicGroup::all_support(const std::string& protocol) const {
  return std::ranges::all_of(members_, [&protocol](const auto& entry) {
    const auto& offered = entry.second.protocols;
    return std::ranges::find(offered, protocol, &GroupProtocol::name) != offered.end();
  });
}

Millis ClassicGroup::longest_rebalance_timeout() const {
  Millis longest{};
  for (const auto& [id, member] : members_) longest = std::max(longest, member.rebalance_timeout);
  return longest;
}

void ClassicGroup::tick(Time now) {
  std::erase_if(pending_, [now](const auto& entry) { return entry.second <= now; });
  tick_members(now);
  tick_initial_delay(now);
  tick_sync(now);
  if (rebalance_deadline_ && *rebalance_deadline_ <= now) {
    initial_delay_end_.reset();
    complete_join(now);
  }
  try_complete_join(now);
}

bool ClassicGroup::can_expire(const Member& member) {
  return member.is_new || (!member.awaits_join && !member.awaits_sync);
}

void ClassicGroup::tick_members(Time now) {
  std::vector<std::string> expired;
  for (const auto& [id, member] : members_) {
    if (can_expire(member) && member.expires <= now) expired.push_back(id);
  }
  // The removal of one may begin a generation without the next.
  for (const std::string& id : expired) {
    if (members_.contains(id)) remove_member(id, now);
  }
}

// Each newcomer of the first generation prolongs the delay, up to the rebalance timeout.
void ClassicGroup::tick_initial_delay(Time now) {
  if (!initial_delay_end_ || *initial_delay_end_ > now) return;
  initial_delay_end_.reset();
  const bool has_newcomers = members_.size() > initial_members_;
  if (has_newcomers && rebalance_deadline_ && now < *rebalance_deadline_) {
    initial_members_ = members_.size();
    initial_delay_end_ = std::min(now + rules_.initial_rebalance_delay, *rebalance_deadline_);
  }
}

void ClassicGroup::tick_sync(Time now) {
  if (!sync_deadline_ || *sync_deadline_ > now) return;
  sync_deadline_.reset();
  std::vector<std::string> late;
  for (const auto& [id, member] : members_) {
    if (!member.has_synced) late.push_back(id);
  }
  for (const std::string& id : late) {
    if (members_.contains(id)) remove_member(id, now);
  }
}

void ClassicGroup::check_synced() {
  const bool all_synced =
      std::ranges::all_of(members_, [](const auto& entry) { return entry.second.has_synced; });
  if (all_synced) sync_deadline_.reset();
}

std::optional<ClassicGroup::Time> ClassicGroup::next_deadline() const {
  std::optional<Time> next;
  const auto consider = [&next](const std::optional<Time>& at) {
    if (at && (!next || *at < *next)) next = at;
  };
  consider(initial_delay_end_);
  consider(rebalance_deadline_);
  consider(sync_deadline_);
  for (const auto& [id, expiry] : pending_) consider(expiry);
  for (const auto& [id, member] : members_) {
    if (can_expire(member)) consider(member.expires);
  }
  return next;
}

}  // namespace tarn::broker
