// The life of one group under the classic protocol: members, generations, assignments.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "platform/os/clock.h"
#include "services/broker/group_requests.h"

namespace tarn::broker {

struct GroupRules {
  Millis session_timeout_min = std::chrono::seconds(6);
  Millis session_timeout_max = std::chrono::minutes(30);
  Millis initial_rebalance_delay{};
  size_t members_max = 1000;
};

// What is kept of a group in __consumer_offsets.
struct StoredMember {
  std::string member_id;
  std::optional<std::string> instance_id;
  std::string client_id;
  std::string client_host;
  Millis rebalance_timeout{};
  Millis session_timeout{};
  Bytes subscription;  // the metadata of the selected protocol
  Bytes assignment;
  bool operator==(const StoredMember&) const = default;
};
struct StoredGroup {
  GroupId id;
  std::string protocol_type;
  int32_t generation = 0;
  std::optional<std::string> protocol;
  std::optional<std::string> leader;
  Timestamp state_time{};  // set by whoever stores it
  std::vector<StoredMember> members;
  bool operator==(const StoredGroup&) const = default;
};

// Given by whoever asks, to find the one who waits.
using RequestId = uint64_t;

// What the group wants to be done.
struct AnswerJoin {
  RequestId to;
  JoinAnswer answer;
};
struct AnswerSync {
  RequestId to;
  SyncAnswer answer;
};
struct StoreGroup {
  uint64_t store_id;  // for stored(), which is to be called when it is durable or refused
  StoredGroup group;
};
using GroupAction = std::variant<AnswerJoin, AnswerSync, StoreGroup>;

// The classic group protocol as a state machine without I/O, timers or clock: every call says what
// time it is; what follows from it is collected and taken with take_actions(). Members that do not
// rejoin in time, give no sign of life, or do not fetch their assignment are removed by tick().
class ClassicGroup {
 public:
  using Time = os::MonotonicTime;

  ClassicGroup(GroupId id, GroupRules rules) : id_(std::move(id)), rules_(rules) {}
  // The members have a whole session to show up again.
  static ClassicGroup restore(StoredGroup stored, GroupRules rules, Time now);

  // new_member_id is used when the member has none yet. Answered by AnswerJoin.
  void join(RequestId id, JoinRequest request, std::string new_member_id, Time now);
  // Answered by AnswerSync.
  void sync(RequestId id, SyncRequest request, Time now);
  GroupError heartbeat(const HeartbeatRequest& request, Time now);
  GroupError leave(const LeavingMember& leaving, Time now);
  // May these offsets be committed? A sign of life of the member.
  GroupError check_commit(const OffsetCommitRequest& request, Time now);
  enum class Stored { yes, no };
  void stored(uint64_t store_id, Stored outcome, Time now);
  void tick(Time now);
  // When tick() has something to do; may be too early. None: never.
  [[nodiscard]] std::optional<Time> next_deadline() const;
  // Answers all that wait; the group is dead afterwards.
  void close(GroupError error);

  std::vector<GroupAction> take_actions() { return std::exchange(actions_, {}); }

  [[nodiscard]] const GroupId& id() const { return id_; }
  [[nodiscard]] GroupState state() const { return state_; }
  [[nodiscard]] int32_t generation() const { return generation_; }
  [[nodiscard]] size_t member_count() const { return members_.size(); }
  // Nobody is a member or about to become one.
  [[nodiscard]] bool is_idle() const;
  [[nodiscard]] bool is_subscribed_to(const TopicName& topic) const;
  [[nodiscard]] GroupListing listing() const {
    return {.id = id_,
            .protocol_type = protocol_type_,
            .state = state_,
            .type = GroupType::classic,
            .members = members_.size()};
  }
  [[nodiscard]] GroupDescription describe() const;
  [[nodiscard]] StoredGroup snapshot() const;

 private:
  struct Member {
    std::string id;
    std::optional<std::string> instance_id;
    std::string client_id;
    std::string client_host;
    Millis session_timeout{};
    Millis rebalance_timeout{};
    std::vector<GroupProtocol> protocols;
    Bytes assignment;
    SkipAssignment skip_assignment = SkipAssignment::unknown;
    std::optional<RequestId> awaits_join = {};
    std::optional<RequestId> awaits_sync = {};
    bool has_synced = false;  // in this generation
    bool is_new = false;      // has not been in any generation
    Time expires{};
  };
  struct PendingStore {
    uint64_t id;
    std::map<std::string, Bytes> assignments;
  };

  void join_unknown(RequestId id, JoinRequest request, std::string new_member_id, Time now);
  void join_known(RequestId id, JoinRequest request, Time now);
  void replace_static(RequestId id, JoinRequest request, const std::string& new_id, Time now);
  Member& rename_static(const std::string& instance_id, const std::string& new_id);
  void answer_replaced(RequestId id, Member& member, const std::string& old_leader);
  void add_member(RequestId id, JoinRequest request, const std::string& member_id, Time now);
  void rejoin(RequestId id, Member& member, JoinRequest request, Time now);
  void remove_member(const std::string& member_id, Time now);
  void forget_member(const std::string& member_id);
  [[nodiscard]] bool accepts_protocols(const JoinRequest& request) const;
  [[nodiscard]] bool is_full() const { return members_.size() >= rules_.members_max; }
  [[nodiscard]] GroupError check_member(const std::string& member_id,
                                        const std::optional<std::string>& instance_id) const;

  void prepare_rebalance(Time now);
  void try_complete_join(Time now);
  void complete_join(Time now);
  void begin_generation(Time now);
  bool elect_leader_among_joined();
  [[nodiscard]] std::string select_protocol() const;
  [[nodiscard]] bool all_support(const std::string& protocol) const;
  [[nodiscard]] Millis longest_rebalance_timeout() const;
  [[nodiscard]] static bool can_expire(const Member& member);
  void tick_members(Time now);
  void tick_initial_delay(Time now);
  void tick_sync(Time now);
  void check_synced();

  static void keep_alive(Member& member, Time now) {
    member.expires = now + member.session_timeout;
  }
  void store_assignments(std::vector<MemberAssignment> given);
  void answer_join(RequestId to, GroupError error, std::string member_id = {});
  void answer_generation(RequestId to, const Member& member);
  void answer_sync(RequestId to, GroupError error);
  void answer_assignment(RequestId to, const Member& member);
  void fail_syncs(GroupError error, Time now);

  GroupId id_;
  GroupRules rules_;
  GroupState state_ = GroupState::empty;
  int32_t generation_ = 0;
  std::string protocol_type_;
  std::optional<std::string> protocol_;
  std::string leader_;
  std::map<std::string, Member> members_;
  std::map<std::string, std::string> static_ids_;  // instance id -> member id
  std::map<std::string, Time> pending_;            // ids given, not joined yet -> expiry (KIP-394)
  std::optional<Time> rebalance_deadline_;
  std::optional<Time> initial_delay_end_;
  size_t initial_members_ = 0;  // when the initial delay began
  std::optional<Time> sync_deadline_;
  std::optional<PendingStore> pending_store_;
  uint64_t next_store_id_ = 1;
  std::vector<GroupAction> actions_;
};

// The topics of a subscription in Kafka's consumer protocol (type "consumer"); none when it is not
// one.
std::vector<TopicName> subscribed_topics(BytesView subscription);

}  // namespace tarn::broker
