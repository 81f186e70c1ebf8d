#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"

namespace tarn::kafka_protocol {

struct UpdateFeaturesRequest {
  static constexpr Api kApi = kUpdateFeatures;
  struct Update {
    std::string_view feature;
    int16_t max_version_level = 0;  // below 1: the feature is to be off
    bool allow_downgrade = false;
    int8_t upgrade_type = 1;  // 2: a downgrade without loss, 3: with loss

    static void describe(auto& m, auto& visit) {
      visit.field(m.feature);
      visit.field(m.max_version_level);
      visit.field(m.allow_downgrade, {.to = 0});
      visit.field(m.upgrade_type, {.from = 1});
    }
  };
  int32_t timeout_ms = 60'000;
  std::vector<Update> feature_updates;
  bool validate_only = false;

  static void describe(auto& m, auto& visit) {
    visit.field(m.timeout_ms);
    visit.field(m.feature_updates);
    visit.field(m.validate_only, {.from = 1});
  }
};

struct UpdateFeaturesResponse {
  static constexpr Api kApi = kUpdateFeatures;
  struct Feature {
    std::string feature;
    int16_t error_code = 0;
    std::optional<std::string> error_message;

    static void describe(auto& m, auto& visit) {
      visit.field(m.feature);
      visit.field(m.error_code);
      visit.field(m.error_message);
    }
  };
  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string> error_message;
  std::vector<Feature> results;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms);
    visit.field(m.error_code);
    visit.field(m.error_message);
    visit.field(m.results, {.to = 1});
  }
};

}  // namespace tarn::kafka_protocol
