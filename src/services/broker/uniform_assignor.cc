#include <algorithm>
#include <vector>

#include "services/broker/group_assignment.h"

namespace tarn::broker {
namespace {

// Three steps: members keep what they have; what nobody has goes to whoever has least; then
// partitions move from members with many to members with few. When no subscriber of a topic can
// take one more, a partition of another topic moves on from there: a shortest chain of moves, as in
// maximum flow, so that the result is as even as the subscriptions allow.
class UniformAssignor {
 public:
  explicit UniformAssignor(const AssignmentTask& task) : task_(task) {
    for (const auto& [id, member] : task.members) {
      for (const Uuid& topic : member.topics) {
        if (task.partitions.contains(topic)) readers_[topic].push_back(members_.size());
      }
      members_.push_back({.id = &id, .given = &member, .assigned = {}});
    }
  }

  GroupAssignment assign() {
    keep();
    fill();
    balance();
    GroupAssignment assigned;
    for (Member& member : members_) assigned[*member.id] = std::move(member.assigned);
    return assigned;
  }

 private:
  struct Member {
    const std::string* id;
    const AssignableMember* given;
    Assignment assigned;
    size_t count = 0;
    bool is_settled = false;  // gives nothing away any more
  };
  // How the search came to a member: from another one, which would give it this topic.
  struct Step {
    size_t from = 0;
    Uuid topic;
    bool is_reached = false;
  };

  static void give(Member& to, const Uuid& topic, int32_t partition) {
    to.assigned[topic].insert(partition);
    ++to.count;
  }
  static void take(Member& from, const Uuid& topic, int32_t partition) {
    const auto found = from.assigned.find(topic);
    found->second.erase(partition);
    if (found->second.empty()) from.assigned.erase(found);
    --from.count;
  }

  void keep() {
    for (Member& member : members_) {
      for (const auto& [topic, partitions] : member.given->target) {
        const auto known = task_.partitions.find(topic);
        if (known == task_.partitions.end() || !member.given->topics.contains(topic)) continue;
        for (int32_t partition : partitions) {
          if (partition >= known->second || !taken_[topic].insert(partition).second) continue;
          give(member, topic, partition);
        }
      }
    }
  }

  // Topics with few readers first: they have the least choice.
  void fill() {
    std::vector<std::pair<size_t, Uuid>> order;
    for (const auto& [topic, readers] : readers_) order.emplace_back(readers.size(), topic);
    std::ranges::sort(order);
    for (const auto& [count, topic] : order) {
      const std::vector<size_t>& readers = readers_[topic];
      for (int32_t partition = 0; partition < task_.partitions.at(topic); ++partition) {
        if (contains(taken_, topic, partition)) continue;
        const size_t least = *std::ranges::min_element(
            readers, {}, [this](size_t reader) { return members_[reader].count; });
        give(members_[least], topic, partition);
      }
    }
  }

  void balance() {
    while (true) {
      size_t most = members_.size();
      for (size_t i = 0; i < members_.size(); ++i) {
        const bool is_more = most == members_.size() || members_[i].count > members_[most].count;
        if (!members_[i].is_settled && is_more) most = i;
      }
      if (most == members_.size()) return;
      relieve(most);
    }
  }

  // Moves one partition's worth of load to a member with at least two partitions less. When there
  // is none, neither the member nor whoever it reaches gives anything away any more: all of these
  // have as many as it, or one less, and take no part in what moves among those with less.
  void relieve(size_t member) {
    std::vector<Step> steps(members_.size());
    steps[member].is_reached = true;
    std::set<Uuid> seen;
    std::vector<size_t> level{member};
    while (!level.empty()) {
      std::vector<size_t> next;
      for (size_t at : level) reach_from(at, steps, seen, next);
      const auto least = std::ranges::min_element(
          next, {}, [this](size_t reached) { return members_[reached].count; });
      if (least != next.end() && members_[*least].count + 2 <= members_[member].count) {
        return move_along(steps, member, *least);
      }
      level = std::move(next);
    }
    for (size_t i = 0; i < members_.size(); ++i) {
      if (steps[i].is_reached) members_[i].is_settled = true;
    }
  }

  void reach_from(size_t at, std::vector<Step>& steps, std::set<Uuid>& seen,
                  std::vector<size_t>& next) {
    // Of the topic that the member has most of, so that topics are spread too.
    std::vector<std::pair<size_t, Uuid>> topics;
    for (const auto& [topic, partitions] : members_[at].assigned) {
      topics.emplace_back(partitions.size(), topic);
    }
    std::ranges::sort(topics, std::greater<>());
    for (const auto& [size, topic] : topics) {
      if (!seen.insert(topic).second) continue;
      for (size_t reader : readers_[topic]) {
        if (steps[reader].is_reached) continue;
        steps[reader] = {.from = at, .topic = topic, .is_reached = true};
        next.push_back(reader);
      }
    }
  }

  void move_along(const std::vector<Step>& steps, size_t first, size_t last) {
    for (size_t to = last; to != first; to = steps[to].from) {
      Member& from = members_[steps[to].from];
      const Uuid& topic = steps[to].topic;
      const int32_t partition = movable(from, topic);
      take(from, topic, partition);
      give(members_[to], topic, partition);
    }
  }

  // Rather one that the member did not have before.
  static int32_t movable(const Member& from, const Uuid& topic) {
    const std::set<int32_t>& owned = from.assigned.at(topic);
    for (int32_t partition : owned) {
      if (!contains(from.given->target, topic, partition)) return partition;
    }
    return *owned.rbegin();
  }

  const AssignmentTask& task_;
  std::vector<Member> members_;
  std::map<Uuid, std::vector<size_t>> readers_;  // indexes of members, by topic
  Assignment taken_;                             // kept by somebody
};

}  // namespace

GroupAssignment assign_uniform(const AssignmentTask& task) {
  return UniformAssignor(task).assign();
}

}  // namespace tarn::broker
