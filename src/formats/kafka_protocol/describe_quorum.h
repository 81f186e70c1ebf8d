#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/uuid.h"
#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"

namespace tarn::kafka_protocol {

struct DescribeQuorumRequest {
  static constexpr Api kApi = kDescribeQuorum;
  struct Partition {
    int32_t partition_index = 0;

    static void describe(auto& m, auto& visit) { visit.field(m.partition_index); }
  };
  struct Topic {
    std::string_view topic_name;
    std::vector<Partition> partitions;

    static void describe(auto& m, auto& visit) {
      visit.field(m.topic_name);
      visit.field(m.partitions);
    }
  };
  std::vector<Topic> topics;

  static void describe(auto& m, auto& visit) { visit.field(m.topics); }
};

struct DescribeQuorumResponse {
  static constexpr Api kApi = kDescribeQuorum;
  struct Replica {
    int32_t replica_id = 0;
    Uuid replica_directory_id;
    int64_t log_end_offset = 0;
    int64_t last_fetch_timestamp = -1;
    int64_t last_caught_up_timestamp = -1;

    static void describe(auto& m, auto& visit) {
      visit.field(m.replica_id);
      visit.field(m.replica_directory_id, {.from = 2});
      visit.field(m.log_end_offset);
      visit.field(m.last_fetch_timestamp, {.from = 1});
      visit.field(m.last_caught_up_timestamp, {.from = 1});
    }
  };
  struct Partition {
    int32_t partition_index = 0;
    int16_t error_code = 0;
    std::optional<std::string> error_message;
    int32_t leader_id = 0;
    int32_t leader_epoch = 0;
    int64_t high_watermark = 0;
    std::vector<Replica> current_voters;
    std::vector<Replica> observers;

    static void describe(auto& m, auto& visit) {
      visit.field(m.partition_index);
      visit.field(m.error_code);
      visit.field(m.error_message, {.from = 2});
      visit.field(m.leader_id);
      visit.field(m.leader_epoch);
      visit.field(m.high_watermark);
      visit.field(m.current_voters);
      visit.field(m.observers);
    }
  };
  struct Topic {
    std::string topic_name;
    std::vector<Partition> partitions;

    static void describe(auto& m, auto& visit) {
      visit.field(m.topic_name);
      visit.field(m.partitions);
    }
  };
  struct Listener {
    std::string name;
    std::string host;
    int16_t port = 0;  // unsigned on the wire

    static void describe(auto& m, auto& visit) {
      visit.field(m.name);
      visit.field(m.host);
      visit.field(m.port);
    }
  };
  struct Node {
    int32_t node_id = 0;
    std::vector<Listener> listeners;

    static void describe(auto& m, auto& visit) {
      visit.field(m.node_id);
      visit.field(m.listeners);
    }
  };
  int16_t error_code = 0;
  std::optional<std::string> error_message;
  std::vector<Topic> topics;
  std::vector<Node> nodes;

  static void describe(auto& m, auto& visit) {
    visit.field(m.error_code);
    visit.field(m.error_message, {.from = 2});
    visit.field(m.topics);
    visit.field(m.nodes, {.from = 2});
  }
};

}  // namespace tarn::kafka_protocol
