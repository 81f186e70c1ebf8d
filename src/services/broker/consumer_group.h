// The life of one group under the consumer protocol (KIP-848): the broker assigns.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "platform/os/clock.h"
#include "services/broker/consumer_group_requests.h"
#include "services/broker/topic_catalog.h"

namespace tarn::broker {

struct ConsumerGroupRules {
  Millis session_timeout = std::chrono::seconds(45);
  size_t members_max = 1000;
};

// What a regular expression of members stands for.
struct ResolvedRegex {
  std::set<TopicName> topics;
  int64_t version = 0;  // of the topics; of this process only
  Timestamp resolved{};
  bool operator==(const ResolvedRegex&) const = default;
};

// All that is kept of a group in __consumer_offsets.
struct ConsumerGroupData {
  GroupId id;
  int32_t epoch = 0;          // grows when the members or what they subscribe to change
  int64_t metadata_hash = 0;  // of the topics that are subscribed to
  int32_t target_epoch = 0;   // the epoch for which the targets were made
  std::map<std::string, ConsumerGroupMember> members;
  GroupAssignment targets;
  std::map<std::string, ResolvedRegex> regexes;
  bool operator==(const ConsumerGroupData&) const = default;
};

// The parts of ConsumerGroupData that have a record each.
enum class ConsumerGroupPart : int16_t {  // numbers as in Kafka's keys
  group = 3,
  topics = 4,  // written before Kafka 4.1; read and dropped
  member = 5,
  target_epoch = 6,
  target = 7,
  current = 8,  // of a member: epochs, state, partitions
  regex = 16,
};
struct ConsumerGroupKey {
  ConsumerGroupPart part = ConsumerGroupPart::group;
  GroupId group;
  std::string name;  // of the member, or the regular expression; empty for parts of the group
  auto operator<=>(const ConsumerGroupKey&) const = default;
};

// A state machine without I/O, timers or clock: every call says what time it is. What has changed
// is taken with take_changes() and must be durable before anybody is answered. Members that give
// no sign of life, or do not revoke in time, are removed by tick().
class ConsumerGroup {
 public:
  using Time = os::MonotonicTime;

  // first_epoch: of the classic group that it takes over from.
  ConsumerGroup(GroupId id, ConsumerGroupRules rules, int32_t first_epoch = 0);
  // The members have a whole session to show up again.
  static ConsumerGroup restore(ConsumerGroupData data, ConsumerGroupRules rules, Time now);

  // The request has passed check_request(). now_utc: for the record of a resolved expression.
  ConsumerHeartbeatAnswer heartbeat(const ConsumerHeartbeatRequest& request,
                                    const TopicCatalog& topics, Time now, Timestamp now_utc);
  [[nodiscard]] GroupError check_commit(const OffsetCommitRequest& request) const;
  [[nodiscard]] GroupError check_fetch(const OffsetFetchRequest& request) const;
  void tick(Time now);
  // When tick() has something to do; may be too early. None: never.
  [[nodiscard]] std::optional<Time> next_deadline() const;

  // Whose records have to be written anew, or removed.
  std::set<ConsumerGroupKey> take_changes() { return std::exchange(changes_, {}); }
  // They could not be written: another time.
  void add_changes(const std::set<ConsumerGroupKey>& changes) {
    changes_.insert(changes.begin(), changes.end());
  }
  [[nodiscard]] const std::set<ConsumerGroupKey>& changes() const { return changes_; }
  [[nodiscard]] bool has_changes() const { return !changes_.empty(); }
  // Of all records that there are.
  [[nodiscard]] std::set<ConsumerGroupKey> keys() const;

  [[nodiscard]] const ConsumerGroupData& data() const { return data_; }
  [[nodiscard]] GroupState state() const;
  [[nodiscard]] std::string assignor() const;  // that most members prefer
  [[nodiscard]] bool is_subscribed_to(const TopicName& topic) const;

 private:
  struct Timers {
    Time session{};
    std::optional<Time> rebalance = {};
  };
  using Member = ConsumerGroupMember;
  struct Refusal {
    GroupError error = GroupError::none;
    std::string message;
  };

  ConsumerHeartbeatAnswer leave(const ConsumerHeartbeatRequest& request);
  Refusal check_heartbeat(const ConsumerHeartbeatRequest& request) const;
  Refusal check_static(const ConsumerHeartbeatRequest& request) const;
  Refusal check_member(const ConsumerHeartbeatRequest& request) const;
  static Refusal check_epoch(const Member& member, const ConsumerHeartbeatRequest& request);
  Member& admit(const ConsumerHeartbeatRequest& request);
  void replace_static(const std::string& old_id, const std::string& new_id);
  enum class Subscription { same, changed };
  Subscription update(Member& member, const ConsumerHeartbeatRequest& request);
  Subscription resolve(const TopicCatalog& topics, const ConsumerHeartbeatRequest& asked_by,
                       Timestamp now);
  void refresh(const TopicCatalog& topics, Subscription subscription);
  void assign(const TopicCatalog& topics);
  void reconcile_member(Member& member, const std::optional<Assignment>& owned, Time now);
  void remove_member(const std::string& member_id);
  void drop_unused_regexes();
  void claim(const Member& member);
  void release(const Member& member);
  [[nodiscard]] std::set<TopicName> topics_of(const Member& member) const;
  [[nodiscard]] std::map<TopicName, const Topic*> subscribed(const TopicCatalog& topics) const;
  void changed(ConsumerGroupPart part, std::string name = {}) {
    changes_.insert({part, data_.id, std::move(name)});
  }

  ConsumerGroupData data_;
  ConsumerGroupRules rules_;
  std::map<std::string, std::string> static_ids_;  // instance id -> member id
  std::map<std::string, Timers> timers_;
  std::map<std::pair<Uuid, int32_t>, std::string> owners_;  // who may read a partition
  std::optional<int64_t> topics_version_;                   // of the last look at the topics
  std::set<ConsumerGroupKey> changes_;
};

}  // namespace tarn::broker
