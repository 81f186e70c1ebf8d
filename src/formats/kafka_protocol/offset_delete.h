#pragma once

#include <string>
#include <vector>

#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"

namespace tarn::kafka_protocol {

struct OffsetDeleteRequest {
  static constexpr Api kApi = kOffsetDelete;
  struct Topic {
    std::string_view name;
    std::vector<int32_t> partitions;

    static void describe(auto& m, auto& visit) {
      visit.field(m.name);
      visit.field(m.partitions);
    }
  };
  std::string_view group_id;
  std::vector<Topic> topics;

  static void describe(auto& m, auto& visit) {
    visit.field(m.group_id);
    visit.field(m.topics);
  }
};

struct OffsetDeleteResponse {
  static constexpr Api kApi = kOffsetDelete;
  struct Partition {
    int32_t partition_index = 0;
    int16_t error_code = 0;

    static void describe(auto& m, auto& visit) {
      visit.field(m.partition_index);
      visit.field(m.error_code);
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
  int16_t error_code = 0;
  int32_t throttle_time_ms = 0;
  std::vector<Topic> topics;

  static void describe(auto& m, auto& visit) {
    visit.field(m.error_code);
    visit.field(m.throttle_time_ms);
    visit.field(m.topics);
  }
};

}  // namespace tarn::kafka_protocol
