#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"

namespace tarn::kafka_protocol {

struct LeaveGroupRequest {
  static constexpr Api kApi = kLeaveGroup;
  struct Member {
    std::string_view member_id;
    std::optional<std::string_view> group_instance_id;
    std::optional<std::string_view> reason;

    static void describe(auto& m, auto& visit) {
      visit.field(m.member_id);
      visit.field(m.group_instance_id);
      visit.field(m.reason, {.from = 5});
    }
  };
  std::string_view group_id;
  std::string_view member_id;
  std::vector<Member> members;

  static void describe(auto& m, auto& visit) {
    visit.field(m.group_id);
    visit.field(m.member_id, {.to = 2});
    visit.field(m.members, {.from = 3});
  }
};

struct LeaveGroupResponse {
  static constexpr Api kApi = kLeaveGroup;
  struct Member {
    std::string member_id;
    std::optional<std::string> group_instance_id;
    int16_t error_code = 0;

    static void describe(auto& m, auto& visit) {
      visit.field(m.member_id);
      visit.field(m.group_instance_id);
      visit.field(m.error_code);
    }
  };
  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::vector<Member> members;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms, {.from = 1});
    visit.field(m.error_code);
    visit.field(m.members, {.from = 3});
  }
};

}  // namespace tarn::kafka_protocol
