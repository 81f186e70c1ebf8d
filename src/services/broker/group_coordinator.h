// Consumer groups: who is a member, who reads what, and how far.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "platform/runtime/task.h"
#include "services/broker/group_requests.h"

namespace tarn::broker {

struct GroupOptions {
  int32_t offsets_partitions = 4;  // of __consumer_offsets, when it is created
  Millis session_timeout_min = std::chrono::seconds(6);
  Millis session_timeout_max = std::chrono::minutes(30);
  // How long a new group waits for more members before its first generation.
  Millis initial_rebalance_delay = std::chrono::milliseconds(100);
  Millis offsets_retention = std::chrono::hours(24 * 7);  // of groups without members
  size_t offset_metadata_bytes_max = 4096;
  size_t group_members_max = 1000;
};

// Keeps all groups of this broker. Members and timers live in memory; generations and offsets are
// records of the topic __consumer_offsets in Kafka's own formats (offsets_records.h) and are loaded
// from it after start, until which every answer is coordinator_load_in_progress. I/O thread.
class GroupCoordinator final {
 public:
  ~GroupCoordinator();

  // Ends when the group has its next generation, which may take the rebalance timeout.
  runtime::Awaitable<JoinAnswer> join(JoinRequest request);
  // Ends when the leader has given the assignment.
  runtime::Awaitable<SyncAnswer> sync(SyncRequest request);
  GroupError heartbeat(const HeartbeatRequest& request);
  LeaveAnswer leave(const LeaveRequest& request);

  // One error for each offset, in the order of the request; durable when it returns.
  runtime::Awaitable<std::vector<GroupError>> commit_offsets(OffsetCommitRequest request);
  // A group that does not exist has no offsets.
  [[nodiscard]] OffsetFetchAnswer fetch_offsets(const GroupId& group) const;
  // What the members of the group read is refused with group_subscribed_to_topic.
  runtime::Awaitable<OffsetDeleteAnswer> delete_offsets(GroupId group,
                                                        std::vector<TopicPartition> partitions);

  [[nodiscard]] GroupError status() const;  // coordinator_load_in_progress, or none
  [[nodiscard]] std::vector<GroupListing> list() const;
  [[nodiscard]] GroupDescription describe(const GroupId& group) const;
  // Only a group without members can be deleted; its offsets go with it.
  runtime::Awaitable<GroupError> remove(GroupId group);

 private:
  friend class Broker;
  class Core;
  explicit GroupCoordinator(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

}  // namespace tarn::broker
