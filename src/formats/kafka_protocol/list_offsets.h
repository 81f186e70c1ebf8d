#pragma once

#include <string>
#include <vector>

#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"

namespace tarn::kafka_protocol {

// Timestamps that ask for something else than a time.
inline constexpr int64_t kLatestTimestamp = -1;
inline constexpr int64_t kEarliestTimestamp = -2;
inline constexpr int64_t kMaxTimestamp = -3;  // of the record with the largest time; KIP-734
inline constexpr int64_t kEarliestLocalTimestamp = -4;  // tiered storage; KIP-405
inline constexpr int64_t kLatestTieredTimestamp = -5;

struct ListOffsetsRequest {
  static constexpr Api kApi = kListOffsets;
  struct Partition {
    int32_t partition_index = 0;
    int32_t current_leader_epoch = -1;
    int64_t timestamp = 0;

    static void describe(auto& m, auto& visit) {
      visit.field(m.partition_index);
      visit.field(m.current_leader_epoch, {.from = 4});
      visit.field(m.timestamp);
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
  int32_t replica_id = -1;
  int8_t isolation_level = 0;
  std::vector<Topic> topics;
  int32_t timeout_ms = 0;

  static void describe(auto& m, auto& visit) {
    visit.field(m.replica_id);
    visit.field(m.isolation_level, {.from = 2});
    visit.field(m.topics);
    visit.field(m.timeout_ms, {.from = 10});
  }
};

struct ListOffsetsResponse {
  static constexpr Api kApi = kListOffsets;
  struct Partition {
    int32_t partition_index = 0;
    int16_t error_code = 0;
    int64_t timestamp = -1;
    int64_t offset = -1;
    int32_t leader_epoch = -1;

    static void describe(auto& m, auto& visit) {
      visit.field(m.partition_index);
      visit.field(m.error_code);
      visit.field(m.timestamp);
      visit.field(m.offset);
      visit.field(m.leader_epoch, {.from = 4});
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
    visit.field(m.throttle_time_ms, {.from = 2});
    visit.field(m.topics);
  }
};

}  // namespace tarn::kafka_protocol
