#include "services/broker/consumer_group_member.h"

namespace tarn::broker {
namespace {

// A member that does not speak of its partitions may have them all.
bool may_own(const std::optional<Assignment>& owned, const Assignment& revoked) {
  return !owned || intersects(*owned, revoked);
}

void set_epoch(ConsumerGroupMember& member, int32_t epoch) {
  member.previous_epoch = member.epoch;
  member.epoch = epoch;
}

void advance(ConsumerGroupMember& member, const Reconciliation& with) {
  Assignment kept = intersection(member.assigned, with.target);
  Assignment revoked = difference(member.assigned, kept);
  if (!revoked.empty() && may_own(with.owned, revoked)) {
    set_epoch(member, member.epoch);
    member.state = MemberState::unrevoked_partitions;
    member.assigned = std::move(kept);
    member.pending_revocation = std::move(revoked);
    return;
  }
  member.state = MemberState::stable;
  for (const auto& [topic, partitions] : difference(with.target, kept)) {
    for (int32_t partition : partitions) {
      if (with.is_free(topic, partition)) {
        kept[topic].insert(partition);
      } else {
        member.state = MemberState::unreleased_partitions;
      }
    }
  }
  set_epoch(member, with.target_epoch);
  member.assigned = std::move(kept);
  member.pending_revocation.clear();
}

}  // namespace

void reconcile(ConsumerGroupMember& member, const Reconciliation& with) {
  switch (member.state) {
    case MemberState::stable:
      if (member.epoch != with.target_epoch) advance(member, with);
      return;
    case MemberState::unrevoked_partitions:
      if (!may_own(with.owned, member.pending_revocation)) advance(member, with);
      return;
    case MemberState::unreleased_partitions:
      advance(member, with);
      return;
  }
}

}  // namespace tarn::broker
