// Access control lists. The numbers of types, patterns, operations and permissions are those of
// services/access.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"

namespace tarn::kafka_protocol {

struct DescribeAclsRequest {
  static constexpr Api kApi = kDescribeAcls;
  int8_t resource_type = 0;
  std::optional<std::string_view> resource_name;
  int8_t pattern_type = 3;
  std::optional<std::string_view> principal;
  std::optional<std::string_view> host;
  int8_t operation = 0;
  int8_t permission_type = 0;

  static void describe(auto& m, auto& visit) {
    visit.field(m.resource_type);
    visit.field(m.resource_name);
    visit.field(m.pattern_type);
    visit.field(m.principal);
    visit.field(m.host);
    visit.field(m.operation);
    visit.field(m.permission_type);
  }
};

struct DescribeAclsResponse {
  static constexpr Api kApi = kDescribeAcls;
  struct Acl {
    std::string principal;
    std::string host;
    int8_t operation = 0;
    int8_t permission_type = 0;

    static void describe(auto& m, auto& visit) {
      visit.field(m.principal);
      visit.field(m.host);
      visit.field(m.operation);
      visit.field(m.permission_type);
    }
  };
  struct Resource {
    int8_t resource_type = 0;
    std::string resource_name;
    int8_t pattern_type = 3;
    std::vector<Acl> acls;

    static void describe(auto& m, auto& visit) {
      visit.field(m.resource_type);
      visit.field(m.resource_name);
      visit.field(m.pattern_type);
      visit.field(m.acls);
    }
  };
  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string> error_message;
  std::vector<Resource> resources;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms);
    visit.field(m.error_code);
    visit.field(m.error_message);
    visit.field(m.resources);
  }
};

struct CreateAclsRequest {
  static constexpr Api kApi = kCreateAcls;
  struct Creation {
    int8_t resource_type = 0;
    std::string_view resource_name;
    int8_t pattern_type = 3;
    std::string_view principal;
    std::string_view host;
    int8_t operation = 0;
    int8_t permission_type = 0;

    static void describe(auto& m, auto& visit) {
      visit.field(m.resource_type);
      visit.field(m.resource_name);
      visit.field(m.pattern_type);
      visit.field(m.principal);
      visit.field(m.host);
      visit.field(m.operation);
      visit.field(m.permission_type);
    }
  };
  std::vector<Creation> creations;

  static void describe(auto& m, auto& visit) { visit.field(m.creations); }
};

struct CreateAclsResponse {
  static constexpr Api kApi = kCreateAcls;
  struct Result {
    int16_t error_code = 0;
    std::optional<std::string> error_message;

    static void describe(auto& m, auto& visit) {
      visit.field(m.error_code);
      visit.field(m.error_message);
    }
  };
  int32_t throttle_time_ms = 0;
  std::vector<Result> results;  // in the order of the request

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms);
    visit.field(m.results);
  }
};

struct DeleteAclsRequest {
  static constexpr Api kApi = kDeleteAcls;
  struct Filter {
    int8_t resource_type = 0;
    std::optional<std::string_view> resource_name;
    int8_t pattern_type = 3;
    std::optional<std::string_view> principal;
    std::optional<std::string_view> host;
    int8_t operation = 0;
    int8_t permission_type = 0;

    static void describe(auto& m, auto& visit) {
      visit.field(m.resource_type);
      visit.field(m.resource_name);
      visit.field(m.pattern_type);
      visit.field(m.principal);
      visit.field(m.host);
      visit.field(m.operation);
      visit.field(m.permission_type);
    }
  };
  std::vector<Filter> filters;

  static void describe(auto& m, auto& visit) { visit.field(m.filters); }
};

struct DeleteAclsResponse {
  static constexpr Api kApi = kDeleteAcls;
  struct Acl {
    int16_t error_code = 0;
    std::optional<std::string> error_message;
    int8_t resource_type = 0;
    std::string resource_name;
    int8_t pattern_type = 3;
    std::string principal;
    std::string host;
    int8_t operation = 0;
    int8_t permission_type = 0;

    static void describe(auto& m, auto& visit) {
      visit.field(m.error_code);
      visit.field(m.error_message);
      visit.field(m.resource_type);
      visit.field(m.resource_name);
      visit.field(m.pattern_type);
      visit.field(m.principal);
      visit.field(m.host);
      visit.field(m.operation);
      visit.field(m.permission_type);
    }
  };
  struct Result {
    int16_t error_code = 0;
    std::optional<std::string> error_message;
    std::vector<Acl> matching_acls;

    static void describe(auto& m, auto& visit) {
      visit.field(m.error_code);
      visit.field(m.error_message);
      visit.field(m.matching_acls);
    }
  };
  int32_t throttle_time_ms = 0;
  std::vector<Result> results;  // in the order of the request

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms);
    visit.field(m.results);
  }
};

}  // namespace tarn::kafka_protocol
