#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/uuid.h"
#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"

namespace tarn::kafka_protocol {

// Where the next answer goes on.
struct PartitionCursor {
  std::string topic_name;
  int32_t partition_index = 0;

  static void describe(auto& m, auto& visit) {
    visit.field(m.topic_name);
    visit.field(m.partition_index);
  }
};

struct DescribeTopicPartitionsRequest {
  static constexpr Api kApi = kDescribeTopicPartitions;
  struct Topic {
    std::string_view name;

    static void describe(auto& m, auto& visit) { visit.field(m.name); }
  };
  std::vector<Topic> topics;  // none: all
  int32_t response_partition_limit = 2000;
  std::optional<PartitionCursor> cursor;

  static void describe(auto& m, auto& visit) {
    visit.field(m.topics);
    visit.field(m.response_partition_limit);
    visit.field(m.cursor);
  }
};

struct DescribeTopicPartitionsResponse {
  static constexpr Api kApi = kDescribeTopicPartitions;
  struct Partition {
    int16_t error_code = 0;
    int32_t partition_index = 0;
    int32_t leader_id = 0;
    int32_t leader_epoch = -1;
    std::vector<int32_t> replica_nodes;
    std::vector<int32_t> isr_nodes;
    std::optional<std::vector<int32_t>> eligible_leader_replicas;
    std::optional<std::vector<int32_t>> last_known_elr;
    std::vector<int32_t> offline_replicas;

    static void describe(auto& m, auto& visit) {
      visit.field(m.error_code);
      visit.field(m.partition_index);
      visit.field(m.leader_id);
      visit.field(m.leader_epoch);
      visit.field(m.replica_nodes);
      visit.field(m.isr_nodes);
      visit.field(m.eligible_leader_replicas);
      visit.field(m.last_known_elr);
      visit.field(m.offline_replicas);
    }
  };
  struct Topic {
    int16_t error_code = 0;
    std::optional<std::string> name;
    Uuid topic_id;
    bool is_internal = false;
    std::vector<Partition> partitions;
    int32_t topic_authorized_operations = INT32_MIN;

    static void describe(auto& m, auto& visit) {
      visit.field(m.error_code);
      visit.field(m.name);
      visit.field(m.topic_id);
      visit.field(m.is_internal);
      visit.field(m.partitions);
      visit.field(m.topic_authorized_operations);
    }
  };
  int32_t throttle_time_ms = 0;
  std::vector<Topic> topics;
  std::optional<PartitionCursor> next_cursor;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms);
    visit.field(m.topics);
    visit.field(m.next_cursor);
  }
};

}  // namespace tarn::kafka_protocol
