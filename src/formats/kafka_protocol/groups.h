// Groups as an administrator sees them: list, describe, delete.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"
#include "formats/kafka_protocol/metadata.h"

namespace tarn::kafka_protocol {

struct ListGroupsRequest {
  static constexpr Api kApi = kListGroups;
  std::vector<std::string_view> states_filter;
  std::vector<std::string_view> types_filter;

  static void describe(auto& m, auto& visit) {
    visit.field(m.states_filter, {.from = 4});
    visit.field(m.types_filter, {.from = 5});
  }
};

struct ListGroupsResponse {
  static constexpr Api kApi = kListGroups;
  struct Group {
    std::string group_id;
    std::string protocol_type;
    std::string group_state;
    std::string group_type;

    static void describe(auto& m, auto& visit) {
      visit.field(m.group_id);
      visit.field(m.protocol_type);
      visit.field(m.group_state, {.from = 4});
      visit.field(m.group_type, {.from = 5});
    }
  };
  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::vector<Group> groups;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms, {.from = 1});
    visit.field(m.error_code);
    visit.field(m.groups);
  }
};

struct DescribeGroupsRequest {
  static constexpr Api kApi = kDescribeGroups;
  std::vector<std::string_view> groups;
  bool include_authorized_operations = false;

  static void describe(auto& m, auto& visit) {
    visit.field(m.groups);
    visit.field(m.include_authorized_operations, {.from = 3});
  }
};

struct DescribeGroupsResponse {
  static constexpr Api kApi = kDescribeGroups;
  struct Member {
    std::string member_id;
    std::optional<std::string> group_instance_id;
    std::string client_id;
    std::string client_host;
    Bytes metadata;
    Bytes assignment;

    static void describe(auto& m, auto& visit) {
      visit.field(m.member_id);
      visit.field(m.group_instance_id, {.from = 4});
      visit.field(m.client_id);
      visit.field(m.client_host);
      visit.field(m.metadata);
      visit.field(m.assignment);
    }
  };
  struct Group {
    int16_t error_code = 0;
    std::optional<std::string> error_message;
    std::string group_id;
    std::string group_state;
    std::string protocol_type;
    std::string protocol_data;
    std::vector<Member> members;
    int32_t authorized_operations = kOperationsUnknown;

    static void describe(auto& m, auto& visit) {
      visit.field(m.error_code);
      visit.field(m.error_message, {.from = 6});
      visit.field(m.group_id);
      visit.field(m.group_state);
      visit.field(m.protocol_type);
      visit.field(m.protocol_data);
      visit.field(m.members);
      visit.field(m.authorized_operations, {.from = 3});
    }
  };
  int32_t throttle_time_ms = 0;
  std::vector<Group> groups;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms, {.from = 1});
    visit.field(m.groups);
  }
};

struct DeleteGroupsRequest {
  static constexpr Api kApi = kDeleteGroups;
  std::vector<std::string_view> groups_names;

  static void describe(auto& m, auto& visit) { visit.field(m.groups_names); }
};

struct DeleteGroupsResponse {
  static constexpr Api kApi = kDeleteGroups;
  struct Result {
    std::string group_id;
    int16_t error_code = 0;

    static void describe(auto& m, auto& visit) {
      visit.field(m.group_id);
      visit.field(m.error_code);
    }
  };
  int32_t throttle_time_ms = 0;
  std::vector<Result> results;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms);
    visit.field(m.results);
  }
};

}  // namespace tarn::kafka_protocol
