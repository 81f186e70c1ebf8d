// The life of a consumer in its group: join, sync, heartbeat, leave.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"

namespace tarn::kafka_protocol {

struct JoinGroupRequest {
  static constexpr Api kApi = kJoinGroup;
  struct Protocol {
    std::string_view name;
    BytesView metadata;

    static void describe(auto& m, auto& visit) {
      visit.field(m.name);
      visit.field(m.metadata);
    }
  };
  std::string_view group_id;
  int32_t session_timeout_ms = 0;
  int32_t rebalance_timeout_ms = -1;
  std::string_view member_id;
  std::optional<std::string_view> group_instance_id;
  std::string_view protocol_type;
  std::vector<Protocol> protocols;
  std::optional<std::string_view> reason;

  static void describe(auto& m, auto& visit) {
    visit.field(m.group_id);
    visit.field(m.session_timeout_ms);
    visit.field(m.rebalance_timeout_ms, {.from = 1});
    visit.field(m.member_id);
    visit.field(m.group_instance_id, {.from = 5});
    visit.field(m.protocol_type);
    visit.field(m.protocols);
    visit.field(m.reason, {.from = 8});
  }
};

struct JoinGroupResponse {
  static constexpr Api kApi = kJoinGroup;
  struct Member {
    std::string member_id;
    std::optional<std::string> group_instance_id;
    Bytes metadata;

    static void describe(auto& m, auto& visit) {
      visit.field(m.member_id);
      visit.field(m.group_instance_id, {.from = 5});
      visit.field(m.metadata);
    }
  };
  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  int32_t generation_id = -1;
  std::optional<std::string> protocol_type;
  std::optional<std::string> protocol_name;
  std::string leader;
  bool skip_assignment = false;
  std::string member_id;
  std::vector<Member> members;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms, {.from = 2});
    visit.field(m.error_code);
    visit.field(m.generation_id);
    visit.field(m.protocol_type, {.from = 7});
    visit.field(m.protocol_name, {.nullable_from = 7});
    visit.field(m.leader);
    visit.field(m.skip_assignment, {.from = 9});
    visit.field(m.member_id);
    visit.field(m.members);
  }
};

struct SyncGroupRequest {
  static constexpr Api kApi = kSyncGroup;
  struct Assignment {
    std::string_view member_id;
    BytesView assignment;

    static void describe(auto& m, auto& visit) {
      visit.field(m.member_id);
      visit.field(m.assignment);
    }
  };
  std::string_view group_id;
  int32_t generation_id = 0;
  std::string_view member_id;
  std::optional<std::string_view> group_instance_id;
  std::optional<std::string_view> protocol_type;
  std::optional<std::string_view> protocol_name;
  std::vector<Assignment> assignments;

  static void describe(auto& m, auto& visit) {
    visit.field(m.group_id);
    visit.field(m.generation_id);
    visit.field(m.member_id);
    visit.field(m.group_instance_id, {.from = 3});
    visit.field(m.protocol_type, {.from = 5});
    visit.field(m.protocol_name, {.from = 5});
    visit.field(m.assignments);
  }
};

struct SyncGroupResponse {
  static constexpr Api kApi = kSyncGroup;
  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string> protocol_type;
  std::optional<std::string> protocol_name;
  Bytes assignment;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms, {.from = 1});
    visit.field(m.error_code);
    visit.field(m.protocol_type, {.from = 5});
    visit.field(m.protocol_name, {.from = 5});
    visit.field(m.assignment);
  }
};

struct HeartbeatRequest {
  static constexpr Api kApi = kHeartbeat;
  std::string_view group_id;
  int32_t generation_id = 0;
  std::string_view member_id;
  std::optional<std::string_view> group_instance_id;

  static void describe(auto& m, auto& visit) {
    visit.field(m.group_id);
    visit.field(m.generation_id);
    visit.field(m.member_id);
    visit.field(m.group_instance_id, {.from = 3});
  }
};

struct HeartbeatResponse {
  static constexpr Api kApi = kHeartbeat;
  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms, {.from = 1});
    visit.field(m.error_code);
  }
};

}  // namespace tarn::kafka_protocol
