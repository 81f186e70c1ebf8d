#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"
#include "formats/kafka_protocol/metadata.h"

namespace tarn::kafka_protocol {

struct DescribeClusterRequest {
  static constexpr Api kApi = kDescribeCluster;
  bool include_cluster_authorized_operations = false;
  int8_t endpoint_type = 1;  // 1: brokers, 2: controllers
  bool include_fenced_brokers = false;

  static void describe(auto& m, auto& visit) {
    visit.field(m.include_cluster_authorized_operations);
    visit.field(m.endpoint_type, {.from = 1});
    visit.field(m.include_fenced_brokers, {.from = 2});
  }
};

struct DescribeClusterResponse {
  static constexpr Api kApi = kDescribeCluster;
  struct Broker {
    int32_t broker_id = 0;
    std::string host;
    int32_t port = 0;
    std::optional<std::string> rack;
    bool is_fenced = false;

    static void describe(auto& m, auto& visit) {
      visit.field(m.broker_id);
      visit.field(m.host);
      visit.field(m.port);
      visit.field(m.rack);
      visit.field(m.is_fenced, {.from = 2});
    }
  };
  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string> error_message;
  int8_t endpoint_type = 1;
  std::string cluster_id;
  int32_t controller_id = -1;
  std::vector<Broker> brokers;
  int32_t cluster_authorized_operations = kOperationsUnknown;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms);
    visit.field(m.error_code);
    visit.field(m.error_message);
    visit.field(m.endpoint_type, {.from = 1});
    visit.field(m.cluster_id);
    visit.field(m.controller_id);
    visit.field(m.brokers);
    visit.field(m.cluster_authorized_operations);
  }
};

}  // namespace tarn::kafka_protocol
