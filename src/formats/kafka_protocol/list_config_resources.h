// What has a configuration. Version 0 lists subscriptions to client metrics, of which there are
// none.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"

namespace tarn::kafka_protocol {

struct ListConfigResourcesRequest {
  static constexpr Api kApi = kListConfigResources;
  std::vector<int8_t> resource_types;

  static void describe(auto& m, auto& visit) { visit.field(m.resource_types, {.from = 1}); }
};

struct ListConfigResourcesResponse {
  static constexpr Api kApi = kListConfigResources;
  struct Resource {
    std::string name;
    int8_t type = 16;

    static void describe(auto& m, auto& visit) {
      visit.field(m.name);
      visit.field(m.type, {.from = 1});
    }
  };
  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::vector<Resource> resources;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms);
    visit.field(m.error_code);
    visit.field(m.resources);
  }
};

}  // namespace tarn::kafka_protocol
