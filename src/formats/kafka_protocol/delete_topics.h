#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"

namespace tarn::kafka_protocol {

struct DeleteTopicsRequest {
  static constexpr Api kApi = kDeleteTopics;
  struct Topic {
    std::optional<std::string_view> name;
    Uuid topic_id;

    static void describe(auto& m, auto& visit) {
      visit.field(m.name);
      visit.field(m.topic_id);
    }
  };
  std::vector<Topic> topics;
  std::vector<std::string_view> topic_names;
  int32_t timeout_ms = 0;

  static void describe(auto& m, auto& visit) {
    visit.field(m.topics, {.from = 6});
    visit.field(m.topic_names, {.to = 5});
    visit.field(m.timeout_ms);
  }
};

struct DeleteTopicsResponse {
  static constexpr Api kApi = kDeleteTopics;
  struct Topic {
    std::optional<std::string> name;
    Uuid topic_id;
    int16_t error_code = 0;
    std::optional<std::string> error_message;

    static void describe(auto& m, auto& visit) {
      visit.field(m.name, {.nullable_from = 6});
      visit.field(m.topic_id, {.from = 6});
      visit.field(m.error_code);
      visit.field(m.error_message, {.from = 5});
    }
  };
  int32_t throttle_time_ms = 0;
  std::vector<Topic> topics;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms, {.from = 1});
    visit.field(m.topics);
  }
};

}  // namespace tarn::kafka_protocol
