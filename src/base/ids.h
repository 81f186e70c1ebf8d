// Strong types for the numbers and names that must not be mixed up.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <utility>

namespace tarn {

template <class Tag, class Rep>
class StrongId {
 public:
  constexpr StrongId() = default;
  constexpr explicit StrongId(Rep value) : value_(std::move(value)) {}
  [[nodiscard]] constexpr const Rep& value() const { return value_; }
  constexpr auto operator<=>(const StrongId&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const StrongId& id) {
    return out << id.value_;
  }

 private:
  Rep value_{};
};

// The position of a record in its partition.
class Offset {
 public:
  constexpr Offset() = default;
  constexpr explicit Offset(int64_t value) : value_(value) {}
  [[nodiscard]] constexpr int64_t value() const { return value_; }
  constexpr auto operator<=>(const Offset&) const = default;
  constexpr Offset operator+(int64_t records) const { return Offset(value_ + records); }
  constexpr int64_t operator-(Offset other) const { return value_ - other.value_; }
  friend std::ostream& operator<<(std::ostream& out, Offset offset) { return out << offset.value_; }

 private:
  int64_t value_ = 0;
};

using PartitionId = StrongId<struct PartitionIdTag, int32_t>;
using LeaderEpoch = StrongId<struct LeaderEpochTag, int32_t>;
using ProducerId = StrongId<struct ProducerIdTag, int64_t>;
using TopicName = StrongId<struct TopicNameTag, std::string>;
using GroupId = StrongId<struct GroupIdTag, std::string>;
// One incarnation of a topic partition on this disk; never reused.
using LogId = StrongId<struct LogIdTag, uint64_t>;

struct TopicPartition {
  TopicName topic;
  PartitionId partition;
  auto operator<=>(const TopicPartition&) const = default;
};

}  // namespace tarn

template <class Tag, class Rep>
struct std::hash<tarn::StrongId<Tag, Rep>> {
  size_t operator()(const tarn::StrongId<Tag, Rep>& id) const {
    return std::hash<Rep>{}(id.value());
  }
};
template <>
struct std::hash<tarn::TopicPartition> {
  size_t operator()(const tarn::TopicPartition& key) const {
    return std::hash<std::string>{}(key.topic.value()) * 31 +
           static_cast<size_t>(key.partition.value());
  }
};
