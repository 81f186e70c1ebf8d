#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"

namespace tarn::kafka_protocol {

struct AlterConfigsRequest {
  static constexpr Api kApi = kAlterConfigs;
  struct Config {
    std::string_view name;
    std::optional<std::string_view> value;

    static void describe(auto& m, auto& visit) {
      visit.field(m.name);
      visit.field(m.value);
    }
  };
  struct Resource {
    int8_t resource_type = 0;
    std::string_view resource_name;
    std::vector<Config> configs;

    static void describe(auto& m, auto& visit) {
      visit.field(m.resource_type);
      visit.field(m.resource_name);
      visit.field(m.configs);
    }
  };
  std::vector<Resource> resources;
  bool validate_only = false;

  static void describe(auto& m, auto& visit) {
    visit.field(m.resources);
    visit.field(m.validate_only);
  }
};

// The answer for one resource, of both ways to alter.
struct AlteredResource {
  int16_t error_code = 0;
  std::optional<std::string> error_message;
  int8_t resource_type = 0;
  std::string resource_name;

  static void describe(auto& m, auto& visit) {
    visit.field(m.error_code);
    visit.field(m.error_message);
    visit.field(m.resource_type);
    visit.field(m.resource_name);
  }
};

struct AlterConfigsResponse {
  static constexpr Api kApi = kAlterConfigs;
  int32_t throttle_time_ms = 0;
  std::vector<AlteredResource> resources;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms);
    visit.field(m.resources);
  }
};

enum class ConfigOperation : int8_t { set = 0, remove = 1, append = 2, subtract = 3 };

struct IncrementalAlterConfigsRequest {
  static constexpr Api kApi = kIncrementalAlterConfigs;
  struct Config {
    std::string_view name;
    int8_t operation = 0;
    std::optional<std::string_view> value;

    static void describe(auto& m, auto& visit) {
      visit.field(m.name);
      visit.field(m.operation);
      visit.field(m.value);
    }
  };
  struct Resource {
    int8_t resource_type = 0;
    std::string_view resource_name;
    std::vector<Config> configs;

    static void describe(auto& m, auto& visit) {
      visit.field(m.resource_type);
      visit.field(m.resource_name);
      visit.field(m.configs);
    }
  };
  std::vector<Resource> resources;
  bool validate_only = false;

  static void describe(auto& m, auto& visit) {
    visit.field(m.resources);
    visit.field(m.validate_only);
  }
};

struct IncrementalAlterConfigsResponse {
  static constexpr Api kApi = kIncrementalAlterConfigs;
  int32_t throttle_time_ms = 0;
  std::vector<AlteredResource> resources;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms);
    visit.field(m.resources);
  }
};

}  // namespace tarn::kafka_protocol
