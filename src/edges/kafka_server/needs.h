// Rights as an API asks for them.
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <span>

#include "base/check.h"
#include "services/access/acl.h"

namespace tarn::kafka_server {

using access::ResourceType;

struct Need {
  access::Operation operation = access::Operation::any;
  access::ResourceType type = access::ResourceType::any;
};

// Of resources of one type any of its operations will do. How the resources of different types go
// together is the handler's business: each of them, or one.
class Needs {
 public:
  constexpr Needs() = default;
  consteval Needs(std::initializer_list<Need> needs) : count_(needs.size()) {
    size_t place = 0;
    for (const Need& need : needs) needs_.at(place++) = need;
  }

  [[nodiscard]] constexpr std::span<const Need> all() const {
    return std::span(needs_).first(count_);
  }

 private:
  static constexpr size_t kMost = 4;
  std::array<Need, kMost> needs_{};
  size_t count_ = 0;
};

namespace needs {

using access::Operation;

inline constexpr Need kReadTopic{Operation::read, ResourceType::topic};
inline constexpr Need kWriteTopic{Operation::write, ResourceType::topic};
inline constexpr Need kCreateTopic{Operation::create, ResourceType::topic};
inline constexpr Need kDeleteTopic{Operation::remove, ResourceType::topic};
inline constexpr Need kAlterTopic{Operation::alter, ResourceType::topic};
inline constexpr Need kDescribeTopic{Operation::describe, ResourceType::topic};
inline constexpr Need kDescribeTopicConfigs{Operation::describe_configs, ResourceType::topic};
inline constexpr Need kAlterTopicConfigs{Operation::alter_configs, ResourceType::topic};
inline constexpr Need kReadGroup{Operation::read, ResourceType::group};
inline constexpr Need kDeleteGroup{Operation::remove, ResourceType::group};
inline constexpr Need kDescribeGroup{Operation::describe, ResourceType::group};
inline constexpr Need kDescribeGroupConfigs{Operation::describe_configs, ResourceType::group};
inline constexpr Need kAlterGroupConfigs{Operation::alter_configs, ResourceType::group};
inline constexpr Need kWriteTransaction{Operation::write, ResourceType::transactional_id};
inline constexpr Need kDescribeTransaction{Operation::describe, ResourceType::transactional_id};
inline constexpr Need kCreateInCluster{Operation::create, ResourceType::cluster};
inline constexpr Need kAlterCluster{Operation::alter, ResourceType::cluster};
inline constexpr Need kDescribeTheCluster{Operation::describe, ResourceType::cluster};
inline constexpr Need kClusterAction{Operation::cluster_action, ResourceType::cluster};
inline constexpr Need kDescribeClusterConfigs{Operation::describe_configs, ResourceType::cluster};
inline constexpr Need kAlterClusterConfigs{Operation::alter_configs, ResourceType::cluster};
inline constexpr Need kIdempotentWrite{Operation::idempotent_write, ResourceType::cluster};

}  // namespace needs

}  // namespace tarn::kafka_server
