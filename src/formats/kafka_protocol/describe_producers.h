#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"

namespace tarn::kafka_protocol {

struct DescribeProducersRequest {
  static constexpr Api kApi = kDescribeProducers;
  struct Topic {
    std::string_view name;
    std::vector<int32_t> partition_indexes;

    static void describe(auto& m, auto& visit) {
      visit.field(m.name);
      visit.field(m.partition_indexes);
    }
  };
  std::vector<Topic> topics;

  static void describe(auto& m, auto& visit) { visit.field(m.topics); }
};

struct DescribeProducersResponse {
  static constexpr Api kApi = kDescribeProducers;
  struct Producer {
    int64_t producer_id = -1;
    int32_t producer_epoch = -1;
    int32_t last_sequence = -1;
    int64_t last_timestamp = -1;
    int32_t coordinator_epoch = -1;
    int64_t current_txn_start_offset = -1;

    static void describe(auto& m, auto& visit) {
      visit.field(m.producer_id);
      visit.field(m.producer_epoch);
      visit.field(m.last_sequence);
      visit.field(m.last_timestamp);
      visit.field(m.coordinator_epoch);
      visit.field(m.current_txn_start_offset);
    }
  };
  struct Partition {
    int32_t partition_index = 0;
    int16_t error_code = 0;
    std::optional<std::string> error_message;
    std::vector<Producer> active_producers;

    static void describe(auto& m, auto& visit) {
      visit.field(m.partition_index);
      visit.field(m.error_code);
      visit.field(m.error_message);
      visit.field(m.active_producers);
    }
  };
  struct Topic {
    std::string name;
    std::vector<Partition> partitions;

    static void describe(auto& m, auto& visit) {
      visit.field(m.name);
      visit.field(m.partitions);
    }
  };
  int32_t throttle_time_ms = 0;
  std::vector<Topic> topics;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms);
    visit.field(m.topics);
  }
};

}  // namespace tarn::kafka_protocol
