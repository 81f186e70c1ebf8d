#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"

namespace tarn::kafka_protocol {

struct CreateTopicsRequest {
  static constexpr Api kApi = kCreateTopics;
  struct Assignment {
    int32_t partition_index = 0;
    std::vector<int32_t> broker_ids;

    static void describe(auto& m, auto& visit) {
      visit.field(m.partition_index);
      visit.field(m.broker_ids);
    }
  };
  struct Config {
    std::string_view name;
    std::optional<std::string_view> value;

    static void describe(auto& m, auto& visit) {
      visit.field(m.name);
      visit.field(m.value);
    }
  };
  struct Topic {
    std::string_view name;
    int32_t num_partitions = -1;
    int16_t replication_factor = -1;
    std::vector<Assignment> assignments;
    std::vector<Config> configs;

    static void describe(auto& m, auto& visit) {
      visit.field(m.name);
      visit.field(m.num_partitions);
      visit.field(m.replication_factor);
      visit.field(m.assignments);
      visit.field(m.configs);
    }
  };
  std::vector<Topic> topics;
  int32_t timeout_ms = 60000;
  bool validate_only = false;

  static void describe(auto& m, auto& visit) {
    visit.field(m.topics);
    visit.field(m.timeout_ms);
    visit.field(m.validate_only, {.from = 1});
  }
};

struct CreateTopicsResponse {
  static constexpr Api kApi = kCreateTopics;
  struct Config {
    std::string name;
    std::optional<std::string> value;
    bool read_only = false;
    int8_t config_source = -1;
    bool is_sensitive = false;

    static void describe(auto& m, auto& visit) {
      visit.field(m.name);
      visit.field(m.value);
      visit.field(m.read_only);
      visit.field(m.config_source);
      visit.field(m.is_sensitive);
    }
  };
  struct Topic {
    std::string name;
    Uuid topic_id;
    int16_t error_code = 0;
    std::optional<std::string> error_message;
    int16_t topic_config_error_code = 0;
    int32_t num_partitions = -1;
    int16_t replication_factor = -1;
    std::optional<std::vector<Config>> configs;

    static void describe(auto& m, auto& visit) {
      visit.field(m.name);
      visit.field(m.topic_id, {.from = 7});
      visit.field(m.error_code);
      visit.field(m.error_message, {.from = 1});
      visit.field(m.num_partitions, {.from = 5});
      visit.field(m.replication_factor, {.from = 5});
      visit.field(m.configs, {.from = 5});
      visit.tagged(0, m.topic_config_error_code, {.from = 5});
    }
  };
  int32_t throttle_time_ms = 0;
  std::vector<Topic> topics;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms, {.from = 2});
    visit.field(m.topics);
  }
};

}  // namespace tarn::kafka_protocol
