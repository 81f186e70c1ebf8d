// Consumer groups: who is a member, who reads what, and how far.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "base/ids.h"
#include "base/random.h"
#include "base/time.h"
#include "formats/record/transaction_marker.h"
#include "platform/os/clock.h"
#include "platform/runtime/event.h"
#include "platform/runtime/task.h"
#include "platform/telemetry/logger.h"
#include "services/broker/classic_group.h"
#include "services/broker/completion.h"
#include "services/broker/consumer_group.h"
#include "services/broker/coordinator_log.h"
#include "services/broker/group_requests.h"
#include "services/broker/offsets_records.h"

namespace tarn::broker {

struct GroupOptions {
  int32_t offsets_partitions = 4;  // of __consumer_offsets, when it is created
  uint64_t offsets_segment_bytes = 4 << 20;
  // How long a new group waits for more members before its first generation.
  Millis initial_rebalance_delay = std::chrono::milliseconds(100);
  Millis session_timeout_min = std::chrono::seconds(6);
  Millis session_timeout_max = std::chrono::minutes(30);
  Millis consumer_session_timeout = std::chrono::seconds(45);  // of the consumer protocol
  Millis consumer_heartbeat_interval = std::chrono::seconds(5);
  Millis offsets_retention = std::chrono::hours(24 * 7);  // of groups without members
  size_t offset_metadata_bytes_max = 4096;
  size_t members_max = 1000;  // of one group
  size_t groups_max = 100'000;
};

struct GroupCoordinatorParts {
  CoordinatorLog& log;
  const TopicCatalog& topics;
  const os::Clock& clock;
  boost::asio::any_io_executor executor;
  telemetry::Logger logger;
  uint64_t random_seed;  // of member ids
};

// Keeps all groups of this broker. Members and timers live in memory; generations and offsets are
// records of the topic __consumer_offsets in Kafka's own formats (offsets_records.h) and are loaded
// from it after start, until which every answer is coordinator_load_in_progress. I/O thread.
class GroupCoordinator final {
 public:
  GroupCoordinator(GroupCoordinatorParts parts, GroupOptions options);

  // Ends when the group has its next generation, which may take the rebalance timeout.
  runtime::Awaitable<JoinAnswer> join(JoinRequest request);
  // Ends when the leader has given the assignment.
  runtime::Awaitable<SyncAnswer> sync(SyncRequest request);
  GroupError heartbeat(const HeartbeatRequest& request);
  LeaveAnswer leave(const LeaveRequest& request);
  // Of the consumer protocol (KIP-848). What the answer says is durable.
  runtime::Awaitable<ConsumerHeartbeatAnswer> consumer_heartbeat(ConsumerHeartbeatRequest request);
  // nullptr: there is none of this type.
  [[nodiscard]] const ConsumerGroup* find_consumer_group(const GroupId& id) const;

  // One error for each offset, in the order of the request; durable when it returns.
  runtime::Awaitable<std::vector<GroupError>> commit_offsets(OffsetCommitRequest request);
  // The same as part of a transaction: the offsets count when it is committed (KIP-98, KIP-447).
  runtime::Awaitable<std::vector<GroupError>> commit_offsets(OffsetCommitRequest request,
                                                             ProducerIdentity transaction);
  // Its markers are durable.
  void end_transaction(ProducerId producer, record::TransactionEnd end);
  [[nodiscard]] GroupError check_fetch(const OffsetFetchRequest& request) const;
  // A group that does not exist has no offsets.
  [[nodiscard]] OffsetFetchAnswer fetch_offsets(const GroupId& group) const;
  // What the members of the group read is refused with group_subscribed_to_topic.
  runtime::Awaitable<OffsetDeleteAnswer> delete_offsets(GroupId group,
                                                        std::vector<TopicPartition> partitions);

  [[nodiscard]] GroupError status() const;  // coordinator_load_in_progress, or none
  // For users inside the process, who would only ask again. Returns also when it closes.
  runtime::Awaitable<void> wait_until_loaded();
  [[nodiscard]] std::vector<GroupListing> list() const;
  [[nodiscard]] GroupDescription describe(const GroupId& group) const;
  // Only a group without members can be deleted; its offsets go with it.
  runtime::Awaitable<GroupError> remove(GroupId group);

  // Tasks for the broker: the loading after start (again until it succeeds), and the timers.
  runtime::Task<void> load();
  runtime::Task<void> run_timers();
  // Forgets offsets that are too old, of groups without members.
  void expire_offsets();
  // The topic is gone, and with it what was committed for it.
  void forget_topic(const TopicName& topic);
  // Whoever waits is answered coordinator_not_available; nothing is taken any more.
  void close();

 private:
  using Time = os::MonotonicTime;
  struct Group {
    explicit Group(ClassicGroup state) : machine(std::move(state)) {}
    ClassicGroup machine;  // idle when the group is another one
    std::optional<ConsumerGroup> consumer = {};
    uint64_t consumer_writes_begun = 0;
    uint64_t consumer_writes_ended = 0;
    std::map<TopicPartition, CommittedOffset> offsets;
    std::optional<StoredGroup> stored = {};  // as it is in the log
    Timestamp empty_since{};                 // of a group that has had members
    size_t writes_under_way = 0;             // a group is not erased while there are any
    bool is_being_removed = false;
    std::optional<Time> deadline = {};  // its entry in deadlines_

    [[nodiscard]] bool is_idle() const {
      return machine.is_idle() && (!consumer || consumer->data().members.empty());
    }
  };
  using Groups = std::map<GroupId, Group>;

  runtime::Awaitable<GroupError> prepare(GroupId group);
  [[nodiscard]] GroupRules rules() const;
  [[nodiscard]] static bool can_be_stored(const JoinRequest& request);
  Group* find(const GroupId& group);
  [[nodiscard]] bool is_full() const { return groups_.size() >= options_.groups_max; }
  Group& add_group(ClassicGroup machine);
  std::string new_member_id(const JoinRequest& request);
  // What a call of the machine has left to do. The group may be gone afterwards.
  void settle(const GroupId& group);
  void act(Group& group, GroupAction& action);
  void store(Group& group, StoreGroup action);
  void schedule(Group& group);

  [[nodiscard]] ConsumerGroupRules consumer_rules() const;
  ConsumerHeartbeatAnswer step_consumer_group(const ConsumerHeartbeatRequest& request);
  void store_consumer_group(Group& group);
  // All that has been begun to be written of it.
  runtime::Awaitable<bool> consumer_group_is_stored(GroupId id);
  // false: it has members of the consumer protocol.
  bool make_classic(Group& group);
  static std::set<ConsumerGroupKey> consumer_keys(const Group& group);

  GroupError check_commit(const OffsetCommitRequest& request);
  [[nodiscard]] GroupError check_offset(const OffsetCommit& offset) const;
  using Written = std::function<void(Group&, const Answer<void>&)>;
  // then: when the entries are durable or refused.
  void write(Group& group, std::vector<CoordinatorRecord> entries, Written then,
             std::optional<ProducerIdentity> transaction = {});
  runtime::Awaitable<std::vector<GroupError>> commit(OffsetCommitRequest request,
                                                     std::optional<ProducerIdentity> transaction);
  void apply_offsets(Group& group,
                     const std::vector<std::pair<OffsetKey, CommittedOffset>>& offsets);
  // done may be null.
  void drop_offsets(Group& group, const std::vector<TopicPartition>& partitions,
                    std::shared_ptr<Completion<GroupError>> done = nullptr);
  void forget_group(Group& group, std::shared_ptr<Completion<GroupError>> done);
  void erase_if_unused(const GroupId& group);
  // By the producers whose transactions decide about them.
  using PendingOffsets = std::map<ProducerId, std::map<OffsetKey, CommittedOffset>>;
  // What the log says.
  struct Replayed {
    std::map<GroupId, StoredGroup> classic;
    std::map<GroupId, ConsumerGroupData> consumer;
    std::map<GroupId, Timestamp> changed;  // the consumer groups
    std::map<OffsetKey, CommittedOffset> offsets;
    PendingOffsets pending;
  };
  static Status replay_record(const record::Record& record, Replayed& replayed);
  static Status replay_consumer_record(const record::Record& record, Replayed& replayed);
  static Status replay_pending(const record::Record& record,
                               std::map<OffsetKey, CommittedOffset>& pending);
  void restore(Replayed replayed);

  GroupCoordinatorParts parts_;
  GroupOptions options_;
  Random random_;
  Groups groups_;
  PendingOffsets pending_;
  std::map<RequestId, std::shared_ptr<Completion<JoinAnswer>>> joins_;
  std::map<RequestId, std::shared_ptr<Completion<SyncAnswer>>> syncs_;
  RequestId next_request_ = 1;
  std::set<std::pair<Time, GroupId>> deadlines_;
  runtime::Event deadlines_changed_;
  runtime::Event loaded_;
  runtime::Event written_;
  bool is_loaded_ = false;
  bool is_closed_ = false;
};

}  // namespace tarn::broker
