#pragma once

#include <string>
#include <vector>

#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"

namespace tarn::kafka_protocol {

struct OffsetForLeaderEpochRequest {
  static constexpr Api kApi = kOffsetForLeaderEpoch;
  struct Partition {
    int32_t partition = 0;
    int32_t current_leader_epoch = -1;
    int32_t leader_epoch = 0;

    static void describe(auto& m, auto& visit) {
      visit.field(m.partition);
      visit.field(m.current_leader_epoch, {.from = 2});
      visit.field(m.leader_epoch);
    }
  };
  struct Topic {
    std::string_view topic;
    std::vector<Partition> partitions;

    static void describe(auto& m, auto& visit) {
      visit.field(m.topic);
      visit.field(m.partitions);
    }
  };
  int32_t replica_id = -2;
  std::vector<Topic> topics;

  static void describe(auto& m, auto& visit) {
    visit.field(m.replica_id, {.from = 3});
    visit.field(m.topics);
  }
};

struct OffsetForLeaderEpochResponse {
  static constexpr Api kApi = kOffsetForLeaderEpoch;
  struct Partition {
    int16_t error_code = 0;
    int32_t partition = 0;
    int32_t leader_epoch = -1;
    int64_t end_offset = -1;

    static void describe(auto& m, auto& visit) {
      visit.field(m.error_code);
      visit.field(m.partition);
      visit.field(m.leader_epoch, {.from = 1});
      visit.field(m.end_offset);
    }
  };
  struct Topic {
    std::string topic;
    std::vector<Partition> partitions;

    static void describe(auto& m, auto& visit) {
      visit.field(m.topic);
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
