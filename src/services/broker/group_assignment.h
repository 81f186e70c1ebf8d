// Which partitions the members of a consumer group read (KIP-848): the form in which the
// coordinator reckons with them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "base/uuid.h"

namespace tarn::broker {

// Partition numbers by topic id; no topic without partitions.
using Assignment = std::map<Uuid, std::set<int32_t>>;

size_t partition_count(const Assignment& assignment);
bool contains(const Assignment& assignment, const Uuid& topic, int32_t partition);
bool is_subset(const Assignment& part, const Assignment& whole);
bool intersects(const Assignment& left, const Assignment& right);
Assignment intersection(const Assignment& left, const Assignment& right);
Assignment difference(const Assignment& from, const Assignment& without);
void add(Assignment& to, const Assignment& more);

// What an assignor knows of a member.
struct AssignableMember {
  std::optional<std::string> instance_id;
  std::set<Uuid> topics;  // that it has subscribed to and that exist
  Assignment target;      // of the last assignment
};
struct AssignmentTask {
  std::map<std::string, AssignableMember> members;  // by member id
  std::map<Uuid, int32_t> partitions;               // how many each subscribed topic has
};
// By member id; each member of the task has an entry.
using GroupAssignment = std::map<std::string, Assignment>;

// Kafka's name "uniform". Every member has as many partitions as any other, or one more or less,
// as far as the subscriptions allow; of all such assignments one near the last.
GroupAssignment assign_uniform(const AssignmentTask& task);
// Kafka's name "range". Of each topic every member has one contiguous range, in the order of
// instance ids and member ids, so partitions of the same number meet in the same member.
GroupAssignment assign_range(const AssignmentTask& task);

}  // namespace tarn::broker
