#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"

namespace tarn::kafka_protocol {

struct WriteTxnMarkersRequest {
  static constexpr Api kApi = kWriteTxnMarkers;
  struct Topic {
    std::string_view name;
    std::vector<int32_t> partition_indexes;

    static void describe(auto& m, auto& visit) {
      visit.field(m.name);
      visit.field(m.partition_indexes);
    }
  };
  struct Marker {
    int64_t producer_id = -1;
    int16_t producer_epoch = -1;
    bool transaction_result = false;  // true: commit
    std::vector<Topic> topics;
    int32_t coordinator_epoch = 0;
    int8_t transaction_version = 0;

    static void describe(auto& m, auto& visit) {
      visit.field(m.producer_id);
      visit.field(m.producer_epoch);
      visit.field(m.transaction_result);
      visit.field(m.topics);
      visit.field(m.coordinator_epoch);
      visit.field(m.transaction_version, {.from = 2});
    }
  };
  std::vector<Marker> markers;

  static void describe(auto& m, auto& visit) { visit.field(m.markers); }
};

struct WriteTxnMarkersResponse {
  static constexpr Api kApi = kWriteTxnMarkers;
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
  struct Marker {
    int64_t producer_id = -1;
    std::vector<Topic> topics;

    static void describe(auto& m, auto& visit) {
      visit.field(m.producer_id);
      visit.field(m.topics);
    }
  };
  std::vector<Marker> markers;

  static void describe(auto& m, auto& visit) { visit.field(m.markers); }
};

}  // namespace tarn::kafka_protocol
