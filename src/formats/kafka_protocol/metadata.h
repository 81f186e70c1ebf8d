#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"

namespace tarn::kafka_protocol {

// "Not asked for": the value of the authorized operations of topics, groups and clusters.
inline constexpr int32_t kOperationsUnknown = INT32_MIN;

struct MetadataRequest {
  static constexpr Api kApi = kMetadata;
  struct Topic {
    Uuid topic_id;
    std::optional<std::string_view> name;

    static void describe(auto& m, auto& visit) {
      visit.field(m.topic_id, {.from = 10});
      visit.field(m.name, {.nullable_from = 10});
    }
  };
  std::optional<std::vector<Topic>> topics;  // null: all; in version 0 an empty list means all
  bool allow_auto_topic_creation = true;
  bool include_cluster_authorized_operations = false;
  bool include_topic_authorized_operations = false;

  static void describe(auto& m, auto& visit) {
    visit.field(m.topics, {.nullable_from = 1});
    visit.field(m.allow_auto_topic_creation, {.from = 4});
    visit.field(m.include_cluster_authorized_operations, {.from = 8, .to = 10});
    visit.field(m.include_topic_authorized_operations, {.from = 8});
  }
};

struct MetadataResponse {
  static constexpr Api kApi = kMetadata;
  struct Broker {
    int32_t node_id = 0;
    std::string host;
    int32_t port = 0;
    std::optional<std::string> rack;

    static void describe(auto& m, auto& visit) {
      visit.field(m.node_id);
      visit.field(m.host);
      visit.field(m.port);
      visit.field(m.rack, {.from = 1, .nullable_from = 1});
    }
  };
  struct Partition {
    int16_t error_code = 0;
    int32_t partition_index = 0;
    int32_t leader_id = 0;
    int32_t leader_epoch = -1;
    std::vector<int32_t> replica_nodes;
    std::vector<int32_t> isr_nodes;
    std::vector<int32_t> offline_replicas;

    static void describe(auto& m, auto& visit) {
      visit.field(m.error_code);
      visit.field(m.partition_index);
      visit.field(m.leader_id);
      visit.field(m.leader_epoch, {.from = 7});
      visit.field(m.replica_nodes);
      visit.field(m.isr_nodes);
      visit.field(m.offline_replicas, {.from = 5});
    }
  };
  struct Topic {
    int16_t error_code = 0;
    std::optional<std::string> name;
    Uuid topic_id;
    bool is_internal = false;
    std::vector<Partition> partitions;
    int32_t authorized_operations = kOperationsUnknown;

    static void describe(auto& m, auto& visit) {
      visit.field(m.error_code);
      visit.field(m.name, {.nullable_from = 12});
      visit.field(m.topic_id, {.from = 10});
      visit.field(m.is_internal, {.from = 1});
      visit.field(m.partitions);
      visit.field(m.authorized_operations, {.from = 8});
    }
  };
  int32_t throttle_time_ms = 0;
  std::vector<Broker> brokers;
  std::optional<std::string> cluster_id;
  int32_t controller_id = -1;
  std::vector<Topic> topics;
  int32_t cluster_authorized_operations = kOperationsUnknown;
  int16_t error_code = 0;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms, {.from = 3});
    visit.field(m.brokers);
    visit.field(m.cluster_id, {.from = 2, .nullable_from = 2});
    visit.field(m.controller_id, {.from = 1});
    visit.field(m.topics);
    visit.field(m.cluster_authorized_operations, {.from = 8, .to = 10});
    visit.field(m.error_code, {.from = 13});
  }
};

}  // namespace tarn::kafka_protocol
