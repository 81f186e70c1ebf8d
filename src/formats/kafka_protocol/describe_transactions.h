#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"

namespace tarn::kafka_protocol {

struct DescribeTransactionsRequest {
  static constexpr Api kApi = kDescribeTransactions;
  std::vector<std::string_view> transactional_ids;

  static void describe(auto& m, auto& visit) { visit.field(m.transactional_ids); }
};

struct DescribeTransactionsResponse {
  static constexpr Api kApi = kDescribeTransactions;
  struct Topic {
    std::string topic;
    std::vector<int32_t> partitions;

    static void describe(auto& m, auto& visit) {
      visit.field(m.topic);
      visit.field(m.partitions);
    }
  };
  struct Transaction {
    int16_t error_code = 0;
    std::string transactional_id;
    std::string transaction_state;
    int32_t transaction_timeout_ms = 0;
    int64_t transaction_start_time_ms = -1;
    int64_t producer_id = -1;
    int16_t producer_epoch = -1;
    std::vector<Topic> topics;

    static void describe(auto& m, auto& visit) {
      visit.field(m.error_code);
      visit.field(m.transactional_id);
      visit.field(m.transaction_state);
      visit.field(m.transaction_timeout_ms);
      visit.field(m.transaction_start_time_ms);
      visit.field(m.producer_id);
      visit.field(m.producer_epoch);
      visit.field(m.topics);
    }
  };
  int32_t throttle_time_ms = 0;
  std::vector<Transaction> transaction_states;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms);
    visit.field(m.transaction_states);
  }
};

struct ListTransactionsRequest {
  static constexpr Api kApi = kListTransactions;
  std::vector<std::string_view> state_filters;
  std::vector<int64_t> producer_id_filters;
  int64_t duration_filter = -1;
  std::optional<std::string_view> transactional_id_pattern = std::nullopt;  // RE2; none: all

  static void describe(auto& m, auto& visit) {
    visit.field(m.state_filters);
    visit.field(m.producer_id_filters);
    visit.field(m.duration_filter, {.from = 1});
    visit.field(m.transactional_id_pattern, {.from = 2});
  }
};

struct ListTransactionsResponse {
  static constexpr Api kApi = kListTransactions;
  struct Transaction {
    std::string transactional_id;
    int64_t producer_id = -1;
    std::string transaction_state;

    static void describe(auto& m, auto& visit) {
      visit.field(m.transactional_id);
      visit.field(m.producer_id);
      visit.field(m.transaction_state);
    }
  };
  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::vector<std::string> unknown_state_filters;
  std::vector<Transaction> transaction_states;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms);
    visit.field(m.error_code);
    visit.field(m.unknown_state_filters);
    visit.field(m.transaction_states);
  }
};

}  // namespace tarn::kafka_protocol
