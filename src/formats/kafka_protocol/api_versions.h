#pragma once

#include <vector>

#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"

namespace tarn::kafka_protocol {

struct ApiVersionsRequest {
  static constexpr Api kApi = kApiVersions;
  std::string_view client_software_name;
  std::string_view client_software_version;

  static void describe(auto& m, auto& visit) {
    visit.field(m.client_software_name, {.from = 3});
    visit.field(m.client_software_version, {.from = 3});
  }
};

struct ApiVersionsResponse {
  static constexpr Api kApi = kApiVersions;
  struct Range {
    int16_t api_key = 0;
    int16_t min_version = 0;
    int16_t max_version = 0;

    static void describe(auto& m, auto& visit) {
      visit.field(m.api_key);
      visit.field(m.min_version);
      visit.field(m.max_version);
    }
  };
  int16_t error_code = 0;
  std::vector<Range> api_keys;
  int32_t throttle_time_ms = 0;

  static void describe(auto& m, auto& visit) {
    visit.field(m.error_code);
    visit.field(m.api_keys);
    visit.field(m.throttle_time_ms, {.from = 1});
  }
};

}  // namespace tarn::kafka_protocol
