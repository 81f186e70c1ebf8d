#pragma once

#include <string>
#include <vector>

#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"

namespace tarn::kafka_protocol {

struct DeleteRecordsRequest {
  static constexpr Api kApi = kDeleteRecords;
  struct Partition {
    int32_t partition_index = 0;
    int64_t offset = 0;  // -1: the high watermark

    static void describe(auto& m, auto& visit) {
      visit.field(m.partition_index);
      visit.field(m.offset);
    }
  };
  struct Topic {
    std::string_view name;
    std::vector<Partition> partitions;

    static void describe(auto& m, auto& visit) {
      visit.field(m.name);
      visit.field(m.partitions);
    }
  };
  std::vector<Topic> topics;
  int32_t timeout_ms = 0;

  static void describe(auto& m, auto& visit) {
    visit.field(m.topics);
    visit.field(m.timeout_ms);
  }
};

struct DeleteRecordsResponse {
  static constexpr Api kApi = kDeleteRecords;
  struct Partition {
    int32_t partition_index = 0;
    int64_t low_watermark = -1;
    int16_t error_code = 0;

    static void describe(auto& m, auto& visit) {
      visit.field(m.partition_index);
      visit.field(m.low_watermark);
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
  int32_t throttle_time_ms = 0;
  std::vector<Topic> topics;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms);
    visit.field(m.topics);
  }
};

}  // namespace tarn::kafka_protocol
