#pragma once

#include <string>
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
  struct SupportedFeature {
    std::string name;
    int16_t min_version = 0;
    int16_t max_version = 0;
    bool operator==(const SupportedFeature&) const = default;

    static void describe(auto& m, auto& visit) {
      visit.field(m.name);
      visit.field(m.min_version);
      visit.field(m.max_version);
    }
  };
  struct FinalizedFeature {
    std::string name;
    int16_t max_version_level = 0;
    int16_t min_version_level = 0;
    bool operator==(const FinalizedFeature&) const = default;

    static void describe(auto& m, auto& visit) {
      visit.field(m.name);
      visit.field(m.max_version_level);
      visit.field(m.min_version_level);
    }
  };
  static constexpr int64_t kNoEpoch = -1;

  int16_t error_code = 0;
  std::vector<Range> api_keys;
  int32_t throttle_time_ms = 0;
  std::vector<SupportedFeature> supported_features;
  int64_t finalized_features_epoch = kNoEpoch;
  std::vector<FinalizedFeature> finalized_features;
  bool zk_migration_ready = false;

  static void describe(auto& m, auto& visit) {
    visit.field(m.error_code);
    visit.field(m.api_keys);
    visit.field(m.throttle_time_ms, {.from = 1});
    visit.tagged(0, m.supported_features, {.from = 3});
    visit.tagged(1, m.finalized_features_epoch, {.from = 3}, kNoEpoch);
    visit.tagged(2, m.finalized_features, {.from = 3});
    visit.tagged(3, m.zk_migration_ready, {.from = 3});
  }
};

}  // namespace tarn::kafka_protocol
