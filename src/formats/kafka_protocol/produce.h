#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"

namespace tarn::kafka_protocol {

// From version 3 on; before, the records have another format.
struct ProduceRequest {
  static constexpr Api kApi = kProduce;
  struct Partition {
    int32_t index = 0;
    std::optional<BytesView> records;

    static void describe(auto& m, auto& visit) {
      visit.field(m.index);
      visit.field(m.records);
    }
  };
  struct Topic {
    std::string_view name;
    Uuid topic_id;
    std::vector<Partition> partitions;

    static void describe(auto& m, auto& visit) {
      visit.field(m.name, {.to = 12});
      visit.field(m.topic_id, {.from = 13});
      visit.field(m.partitions);
    }
  };
  std::optional<std::string_view> transactional_id;
  int16_t acks = 0;
  int32_t timeout_ms = 0;
  std::vector<Topic> topics;

  static void describe(auto& m, auto& visit) {
    visit.field(m.transactional_id, {.from = 3});
    visit.field(m.acks);
    visit.field(m.timeout_ms);
    visit.field(m.topics);
  }
};

struct LeaderIdAndEpoch {
  int32_t leader_id = -1;
  int32_t leader_epoch = -1;
  bool operator==(const LeaderIdAndEpoch&) const = default;

  static void describe(auto& m, auto& visit) {
    visit.field(m.leader_id);
    visit.field(m.leader_epoch);
  }
};

struct NodeEndpoint {
  int32_t node_id = 0;
  std::string host;
  int32_t port = 0;
  std::optional<std::string> rack;
  bool operator==(const NodeEndpoint&) const = default;

  static void describe(auto& m, auto& visit) {
    visit.field(m.node_id);
    visit.field(m.host);
    visit.field(m.port);
    visit.field(m.rack);
  }
};

struct ProduceResponse {
  static constexpr Api kApi = kProduce;
  struct RecordError {
    int32_t batch_index = 0;
    std::optional<std::string> message;

    static void describe(auto& m, auto& visit) {
      visit.field(m.batch_index);
      visit.field(m.message);
    }
  };
  struct Partition {
    int32_t index = 0;
    int16_t error_code = 0;
    int64_t base_offset = -1;
    int64_t log_append_time_ms = -1;
    int64_t log_start_offset = -1;
    std::vector<RecordError> record_errors;
    std::optional<std::string> error_message;
    LeaderIdAndEpoch current_leader;

    static void describe(auto& m, auto& visit) {
      visit.field(m.index);
      visit.field(m.error_code);
      visit.field(m.base_offset);
      visit.field(m.log_append_time_ms, {.from = 2});
      visit.field(m.log_start_offset, {.from = 5});
      visit.field(m.record_errors, {.from = 8});
      visit.field(m.error_message, {.from = 8});
      visit.tagged(0, m.current_leader, {.from = 10});
    }
  };
  struct Topic {
    std::string name;
    Uuid topic_id;
    std::vector<Partition> partitions;

    static void describe(auto& m, auto& visit) {
      visit.field(m.name, {.to = 12});
      visit.field(m.topic_id, {.from = 13});
      visit.field(m.partitions);
    }
  };
  std::vector<Topic> topics;
  int32_t throttle_time_ms = 0;
  std::vector<NodeEndpoint> node_endpoints;

  static void describe(auto& m, auto& visit) {
    visit.field(m.topics);
    visit.field(m.throttle_time_ms, {.from = 1});
    visit.tagged(0, m.node_endpoints, {.from = 10});
  }
};

}  // namespace tarn::kafka_protocol
