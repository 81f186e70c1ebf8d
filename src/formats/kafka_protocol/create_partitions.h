#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"

namespace tarn::kafka_protocol {

struct CreatePartitionsRequest {
  static constexpr Api kApi = kCreatePartitions;
  struct Assignment {
    std::vector<int32_t> broker_ids;

    static void describe(auto& m, auto& visit) { visit.field(m.broker_ids); }
  };
  struct Topic {
    std::string_view name;
    int32_t count = 0;
    std::optional<std::vector<Assignment>> assignments;

    static void describe(auto& m, auto& visit) {
      visit.field(m.name);
      visit.field(m.count);
      visit.field(m.assignments);
    }
  };
  std::vector<Topic> topics;
  int32_t timeout_ms = 0;
  bool validate_only = false;

  static void describe(auto& m, auto& visit) {
    visit.field(m.topics);
    visit.field(m.timeout_ms);
    visit.field(m.validate_only);
  }
};

struct CreatePartitionsResponse {
  static constexpr Api kApi = kCreatePartitions;
  struct Topic {
    std::string name;
    int16_t error_code = 0;
    std::optional<std::string> error_message;

    static void describe(auto& m, auto& visit) {
      visit.field(m.name);
      visit.field(m.error_code);
      visit.field(m.error_message);
    }
  };
  int32_t throttle_time_ms = 0;
  std::vector<Topic> topics;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms);
    visit.field(m.topics);
  }
};

}  // namespace tarn::kafka_protocol
