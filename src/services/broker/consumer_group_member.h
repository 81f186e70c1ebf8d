// A member of a consumer group (KIP-848), and how it gets from what it has to what it shall have.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>

#include "base/ids.h"
#include "base/time.h"
#include "services/broker/group_assignment.h"

namespace tarn::broker {

// Epochs of a member that are no epochs.
inline constexpr int32_t kJoinEpoch = 0;
inline constexpr int32_t kLeaveEpoch = -1;
inline constexpr int32_t kStaticLeaveEpoch = -2;  // will be back, and keeps its partitions

// Numbers as in Kafka's records.
enum class MemberState : int8_t {
  stable = 0,                 // has all that it shall have at its epoch
  unrevoked_partitions = 1,   // has to give partitions up, and has not said that it did
  unreleased_partitions = 2,  // waits for partitions that others have to give up
};

struct ConsumerGroupMember {
  std::string id;
  std::optional<std::string> instance_id;  // static member
  std::optional<std::string> rack_id;
  std::string client_id;
  std::string client_host;
  std::set<TopicName> topics;
  std::string regex;  // empty: none
  Millis rebalance_timeout{-1};
  std::optional<std::string> assignor;

  int32_t epoch = kJoinEpoch;
  int32_t previous_epoch = -1;  // also taken, in case that the last answer was lost
  MemberState state = MemberState::stable;
  Assignment assigned;            // may be read by the member
  Assignment pending_revocation;  // still read by the member, perhaps

  bool operator==(const ConsumerGroupMember&) const = default;
};

// What a member is to have, and what it says that it has.
struct Reconciliation {
  int32_t target_epoch = 0;
  const Assignment& target;
  const std::optional<Assignment>& owned;  // none: nothing new
  // Does no other member read the partition?
  const std::function<bool(const Uuid& topic, int32_t partition)>& is_free;
};

// One step towards the target: first the member gives up what is not in it, and stays at its epoch
// until it says that it has; then it goes to the target's epoch and is given what is free; the rest
// follows when others have given it up. No partition is ever assigned to two members.
void reconcile(ConsumerGroupMember& member, const Reconciliation& with);

}  // namespace tarn::broker
