#include "services/broker/group_assignment.h"

#include <algorithm>

namespace tarn::broker {

size_t partition_count(const Assignment& assignment) {
  size_t count = 0;
  for (const auto& [topic, partitions] : assignment) count += partitions.size();
  return count;
}

bool contains(const Assignment& assignment, const Uuid& topic, int32_t partition) {
  const auto found = assignment.find(topic);
  return found != assignment.end() && found->second.contains(partition);
}

bool is_subset(const Assignment& part, const Assignment& whole) {
  return std::ranges::all_of(part, [&whole](const auto& entry) {
    const auto found = whole.find(entry.first);
    return found != whole.end() && std::ranges::includes(found->second, entry.second);
  });
}

bool intersects(const Assignment& left, const Assignment& right) {
  return !intersection(left, right).empty();
}

Assignment intersection(const Assignment& left, const Assignment& right) {
  Assignment both;
  for (const auto& [topic, partitions] : left) {
    for (int32_t partition : partitions) {
      if (contains(right, topic, partition)) both[topic].insert(partition);
    }
  }
  return both;
}

Assignment difference(const Assignment& from, const Assignment& without) {
  Assignment left;
  for (const auto& [topic, partitions] : from) {
    for (int32_t partition : partitions) {
      if (!contains(without, topic, partition)) left[topic].insert(partition);
    }
  }
  return left;
}

void add(Assignment& to, const Assignment& more) {
  for (const auto& [topic, partitions] : more) {
    to[topic].insert(partitions.begin(), partitions.end());
  }
}

}  // namespace tarn::broker
