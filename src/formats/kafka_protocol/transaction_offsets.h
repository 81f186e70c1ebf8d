#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"

namespace tarn::kafka_protocol {

struct TxnOffsetCommitRequest {
  static constexpr Api kApi = kTxnOffsetCommit;
  struct Partition {
    int32_t partition_index = 0;
    int64_t committed_offset = 0;
    int32_t committed_leader_epoch = -1;
    std::optional<std::string_view> committed_metadata;

    static void describe(auto& m, auto& visit) {
      visit.field(m.partition_index);
      visit.field(m.committed_offset);
      visit.field(m.committed_leader_epoch, {.from = 2});
      visit.field(m.committed_metadata);
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
  std::string_view transactional_id;
  std::string_view group_id;
  int64_t producer_id = -1;
  int16_t producer_epoch = -1;
  int32_t generation_id = -1;
  std::string_view member_id;
  std::optional<std::string_view> group_instance_id;
  std::vector<Topic> topics;

  static void describe(auto& m, auto& visit) {
    visit.field(m.transactional_id);
    visit.field(m.group_id);
    visit.field(m.producer_id);
    visit.field(m.producer_epoch);
    visit.field(m.generation_id, {.from = 3});
    visit.field(m.member_id, {.from = 3});
    visit.field(m.group_instance_id, {.from = 3});
    visit.field(m.topics);
  }
};

struct TxnOffsetCommitResponse {
  static constexpr Api kApi = kTxnOffsetCommit;
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
  int32_t throttle_time_ms = 0;
  std::vector<Topic> topics;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms);
    visit.field(m.topics);
  }
};

}  // namespace tarn::kafka_protocol
