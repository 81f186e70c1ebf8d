#include <algorithm>
#include <compare>
#include <vector>

#include "services/broker/group_assignment.h"

namespace tarn::broker {
namespace {

// Static members first, as in Kafka.
struct Place {
  const std::string* member;
  const std::optional<std::string>* instance;

  bool operator<(const Place& other) const {
    if (instance->has_value() != other.instance->has_value()) return instance->has_value();
    if (*instance != *other.instance) return *instance < *other.instance;
    return *member < *other.member;
  }
};

void share_out(const Uuid& topic, int32_t partitions, std::vector<Place>& readers,
               GroupAssignment& assigned) {
  std::ranges::sort(readers, std::less<>());
  const auto count = static_cast<int32_t>(readers.size());
  int32_t next = 0;
  for (int32_t i = 0; i < count; ++i) {
    const int32_t length = partitions / count + (i < partitions % count ? 1 : 0);
    for (int32_t end = next + length; next < end; ++next) {
      assigned[*readers[static_cast<size_t>(i)].member][topic].insert(next);
    }
  }
}

}  // namespace

GroupAssignment assign_range(const AssignmentTask& task) {
  GroupAssignment assigned;
  std::map<Uuid, std::vector<Place>> readers;
  for (const auto& [id, member] : task.members) {
    assigned[id];
    for (const Uuid& topic : member.topics) readers[topic].push_back({&id, &member.instance_id});
  }
  for (auto& [topic, places] : readers) {
    const auto known = task.partitions.find(topic);
    if (known != task.partitions.end()) share_out(topic, known->second, places, assigned);
  }
  return assigned;
}

}  // namespace tarn::broker
