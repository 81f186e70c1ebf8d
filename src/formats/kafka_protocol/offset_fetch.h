#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"

namespace tarn::kafka_protocol {

// Up to version 7 one group, whose topics stand in the message; from 8 on several groups.
struct OffsetFetchRequest {
  static constexpr Api kApi = kOffsetFetch;
  struct Topic {
    std::string_view name;
    Uuid topic_id;
    std::vector<int32_t> partition_indexes;

    static void describe(auto& m, auto& visit) {
      visit.field(m.name, {.to = 9});
      visit.field(m.topic_id, {.from = 10});
      visit.field(m.partition_indexes);
    }
  };
  struct Group {
    std::string_view group_id;
    std::optional<std::string_view> member_id;
    int32_t member_epoch = -1;
    std::optional<std::vector<Topic>> topics;  // null: all

    static void describe(auto& m, auto& visit) {
      visit.field(m.group_id);
      visit.field(m.member_id, {.from = 9});
      visit.field(m.member_epoch, {.from = 9});
      visit.field(m.topics);
    }
  };
  std::string_view group_id;
  std::optional<std::vector<Topic>> topics;  // null: all
  std::vector<Group> groups;
  bool require_stable = false;

  static void describe(auto& m, auto& visit) {
    visit.field(m.group_id, {.to = 7});
    visit.field(m.topics, {.to = 7, .nullable_from = 2});
    visit.field(m.groups, {.from = 8});
    visit.field(m.require_stable, {.from = 7});
  }
};

struct OffsetFetchResponse {
  static constexpr Api kApi = kOffsetFetch;
  struct Partition {
    int32_t partition_index = 0;
    int64_t committed_offset = -1;
    int32_t committed_leader_epoch = -1;
    std::optional<std::string> metadata;
    int16_t error_code = 0;

    static void describe(auto& m, auto& visit) {
      visit.field(m.partition_index);
      visit.field(m.committed_offset);
      visit.field(m.committed_leader_epoch, {.from = 5});
      visit.field(m.metadata);
      visit.field(m.error_code);
    }
  };
  struct Topic {
    std::string name;
    Uuid topic_id;
    std::vector<Partition> partitions;

    static void describe(auto& m, auto& visit) {
      visit.field(m.name, {.to = 9});
      visit.field(m.topic_id, {.from = 10});
      visit.field(m.partitions);
    }
  };
  struct Group {
    std::string group_id;
    std::vector<Topic> topics;
    int16_t error_code = 0;

    static void describe(auto& m, auto& visit) {
      visit.field(m.group_id);
      visit.field(m.topics);
      visit.field(m.error_code);
    }
  };
  int32_t throttle_time_ms = 0;
  std::vector<Topic> topics;
  int16_t error_code = 0;
  std::vector<Group> groups;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms, {.from = 3});
    visit.field(m.topics, {.to = 7});
    visit.field(m.error_code, {.from = 2, .to = 7});
    visit.field(m.groups, {.from = 8});
  }
};

}  // namespace tarn::kafka_protocol
