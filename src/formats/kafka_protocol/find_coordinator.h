#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"

namespace tarn::kafka_protocol {

struct FindCoordinatorRequest {
  static constexpr Api kApi = kFindCoordinator;
  std::string_view key;
  int8_t key_type = 0;  // 0: group, 1: transactional id, 2: share group
  std::vector<std::string_view> coordinator_keys;

  static void describe(auto& m, auto& visit) {
    visit.field(m.key, {.to = 3});
    visit.field(m.key_type, {.from = 1});
    visit.field(m.coordinator_keys, {.from = 4});
  }
};

struct FindCoordinatorResponse {
  static constexpr Api kApi = kFindCoordinator;
  struct Coordinator {
    std::string key;
    int32_t node_id = -1;
    std::string host;
    int32_t port = -1;
    int16_t error_code = 0;
    std::optional<std::string> error_message;

    static void describe(auto& m, auto& visit) {
      visit.field(m.key);
      visit.field(m.node_id);
      visit.field(m.host);
      visit.field(m.port);
      visit.field(m.error_code);
      visit.field(m.error_message);
    }
  };
  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string> error_message;
  int32_t node_id = -1;
  std::string host;
  int32_t port = -1;
  std::vector<Coordinator> coordinators;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms, {.from = 1});
    visit.field(m.error_code, {.to = 3});
    visit.field(m.error_message, {.from = 1, .to = 3});
    visit.field(m.node_id, {.to = 3});
    visit.field(m.host, {.to = 3});
    visit.field(m.port, {.to = 3});
    visit.field(m.coordinators, {.from = 4});
  }
};

}  // namespace tarn::kafka_protocol
