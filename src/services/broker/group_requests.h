// What a group coordinator is asked, and what it answers: Kafka's classic group protocol
// (https://kafka.apache.org/protocol, KIP-62, KIP-345, KIP-394, KIP-814) without its wire.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/time.h"
#include "services/broker/group_error.h"

namespace tarn::broker {

struct GroupProtocol {
  std::string name;
  Bytes metadata;
  bool operator==(const GroupProtocol&) const = default;
};

enum class MemberIdRule { optional, required };     // KIP-394, JoinGroup from version 4 on
enum class SkipAssignment { unknown, understood };  // KIP-814, JoinGroup from version 9 on

struct JoinRequest {
  GroupId group;
  std::string member_id;                   // empty: not known yet
  std::optional<std::string> instance_id;  // static member
  std::string client_id;
  std::string client_host;
  Millis session_timeout{};
  Millis rebalance_timeout{};  // version 0: the session timeout
  std::string protocol_type;
  std::vector<GroupProtocol> protocols;  // the member's preference first
  MemberIdRule member_id_rule = MemberIdRule::optional;
  SkipAssignment skip_assignment = SkipAssignment::unknown;
};
struct JoinedMember {
  std::string member_id;
  std::optional<std::string> instance_id;
  Bytes metadata;
};
struct JoinAnswer {
  GroupError error = GroupError::none;
  int32_t generation = -1;
  std::optional<std::string> protocol_type;
  std::optional<std::string> protocol;
  std::string leader;
  bool skip_assignment = false;
  std::string member_id;
  std::vector<JoinedMember> members;  // for the leader alone
};

struct MemberAssignment {
  std::string member_id;
  Bytes assignment;
};
struct SyncRequest {
  GroupId group;
  int32_t generation = -1;
  std::string member_id;
  std::optional<std::string> instance_id;
  std::optional<std::string> protocol_type;   // checked when given
  std::optional<std::string> protocol;        // checked when given
  std::vector<MemberAssignment> assignments;  // of the leader
};
struct SyncAnswer {
  GroupError error = GroupError::none;
  std::optional<std::string> protocol_type;
  std::optional<std::string> protocol;
  Bytes assignment;
};

struct HeartbeatRequest {
  GroupId group;
  int32_t generation = -1;
  std::string member_id;
  std::optional<std::string> instance_id;
};

struct LeavingMember {
  std::string member_id;  // may be empty for a static member
  std::optional<std::string> instance_id;
};
struct LeaveRequest {
  GroupId group;
  std::vector<LeavingMember> members;
};
struct LeaveAnswer {
  GroupError error = GroupError::none;
  std::vector<GroupError> members;  // in the order of the request
};

struct CommittedOffset {
  Offset offset;
  std::optional<LeaderEpoch> epoch = {};
  std::string metadata = {};
  Timestamp commit_time = {};
  bool operator==(const CommittedOffset&) const = default;
};
struct OffsetCommit {
  TopicPartition partition;
  Offset offset;
  std::optional<LeaderEpoch> epoch = {};
  std::string metadata = {};
};
enum class CommitKind { plain, transactional };
enum class MemberEpochs { unknown, understood };  // KIP-848, OffsetCommit from version 9 on
struct OffsetCommitRequest {
  GroupId group;
  int32_t generation = -1;  // or epoch; -1 with an empty member id: a consumer that only commits
  std::string member_id;
  std::optional<std::string> instance_id;
  std::vector<OffsetCommit> offsets;
  CommitKind kind = CommitKind::plain;
  MemberEpochs member_epochs = MemberEpochs::unknown;
};
struct OffsetFetchRequest {
  GroupId group;
  std::optional<std::string> member_id = {};  // none with epoch -1: an operator
  int32_t epoch = -1;
};
struct OffsetFetchAnswer {
  GroupError error = GroupError::none;
  std::map<TopicPartition, CommittedOffset> offsets;  // all that are known
  std::set<TopicPartition> undecided;                 // an open transaction has others for them
};

struct OffsetDeleteAnswer {
  GroupError error = GroupError::none;
  std::vector<GroupError> partitions;  // in the order of the request
};

// The words of Kafka's answers: Empty, PreparingRebalance, CompletingRebalance (of classic groups),
// Assigning, Reconciling (of consumer groups), Stable, Dead.
enum class GroupState {
  empty,
  preparing_rebalance,
  completing_rebalance,
  assigning,
  reconciling,
  stable,
  dead
};
std::string_view to_string(GroupState state);

enum class GroupType { classic, consumer };
std::string_view to_string(GroupType type);

struct GroupListing {
  GroupId id;
  std::string protocol_type;
  GroupState state = GroupState::empty;
  GroupType type = GroupType::classic;
  size_t members = 0;
};
struct DescribedMember {
  std::string member_id;
  std::optional<std::string> instance_id;
  std::string client_id;
  std::string client_host;
  Bytes metadata;  // both empty while the group rebalances
  Bytes assignment;
};
struct GroupDescription {
  GroupError error = GroupError::none;
  GroupId id;
  GroupState state = GroupState::dead;  // also of a group that does not exist
  std::string protocol_type;
  std::string protocol;
  std::vector<DescribedMember> members;
};

}  // namespace tarn::broker
