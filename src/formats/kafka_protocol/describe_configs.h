#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"

namespace tarn::kafka_protocol {

// Version 0 answers in another way and is not spoken by anybody.
struct DescribeConfigsRequest {
  static constexpr Api kApi = kDescribeConfigs;
  struct Resource {
    int8_t resource_type = 0;
    std::string_view resource_name;
    std::optional<std::vector<std::string_view>> configuration_keys;  // null: all

    static void describe(auto& m, auto& visit) {
      visit.field(m.resource_type);
      visit.field(m.resource_name);
      visit.field(m.configuration_keys);
    }
  };
  std::vector<Resource> resources;
  bool include_synonyms = false;
  bool include_documentation = false;

  static void describe(auto& m, auto& visit) {
    visit.field(m.resources);
    visit.field(m.include_synonyms, {.from = 1});
    visit.field(m.include_documentation, {.from = 3});
  }
};

struct DescribeConfigsResponse {
  static constexpr Api kApi = kDescribeConfigs;
  struct Synonym {
    std::string name;
    std::optional<std::string> value;
    int8_t source = 0;

    static void describe(auto& m, auto& visit) {
      visit.field(m.name);
      visit.field(m.value);
      visit.field(m.source);
    }
  };
  struct Config {
    std::string name;
    std::optional<std::string> value;
    bool read_only = false;
    int8_t config_source = -1;
    bool is_sensitive = false;
    std::vector<Synonym> synonyms;
    int8_t config_type = 0;
    std::optional<std::string> documentation;

    static void describe(auto& m, auto& visit) {
      visit.field(m.name);
      visit.field(m.value);
      visit.field(m.read_only);
      visit.field(m.config_source, {.from = 1});
      visit.field(m.is_sensitive);
      visit.field(m.synonyms, {.from = 1});
      visit.field(m.config_type, {.from = 3});
      visit.field(m.documentation, {.from = 3});
    }
  };
  struct Resource {
    int16_t error_code = 0;
    std::optional<std::string> error_message;
    int8_t resource_type = 0;
    std::string resource_name;
    std::vector<Config> configs;

    static void describe(auto& m, auto& visit) {
      visit.field(m.error_code);
      visit.field(m.error_message);
      visit.field(m.resource_type);
      visit.field(m.resource_name);
      visit.field(m.configs);
    }
  };
  int32_t throttle_time_ms = 0;
  std::vector<Resource> resources;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms);
    visit.field(m.resources);
  }
};

}  // namespace tarn::kafka_protocol
