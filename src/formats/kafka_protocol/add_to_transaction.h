// What joins a transaction: partitions that are written to, and the partition that keeps a group's
// offsets.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"

namespace tarn::kafka_protocol {

// Up to version 3 one transaction, which is what clients send; from 4 on many, between brokers.
struct AddPartitionsToTxnRequest {
  static constexpr Api kApi = kAddPartitionsToTxn;
  struct Topic {
    std::string_view name;
    std::vector<int32_t> partitions;

    static void describe(auto& m, auto& visit) {
      visit.field(m.name);
      visit.field(m.partitions);
    }
  };
  struct Transaction {
    std::string_view transactional_id;
    int64_t producer_id = -1;
    int16_t producer_epoch = -1;
    bool verify_only = false;
    std::vector<Topic> topics;

    static void describe(auto& m, auto& visit) {
      visit.field(m.transactional_id);
      visit.field(m.producer_id);
      visit.field(m.producer_epoch);
      visit.field(m.verify_only);
      visit.field(m.topics);
    }
  };
  std::vector<Transaction> transactions;
  std::string_view transactional_id;
  int64_t producer_id = -1;
  int16_t producer_epoch = -1;
  std::vector<Topic> topics;

  static void describe(auto& m, auto& visit) {
    visit.field(m.transactions, {.from = 4});
    visit.field(m.transactional_id, {.to = 3});
    visit.field(m.producer_id, {.to = 3});
    visit.field(m.producer_epoch, {.to = 3});
    visit.field(m.topics, {.to = 3});
  }
};

struct AddPartitionsToTxnResponse {
  static constexpr Api kApi = kAddPartitionsToTxn;
  struct Partition {
    int32_t partition_index = 0;
    int16_t error_code = 0;

    static void describe(auto& m, auto& visit) {
      visit.field(m.partition_index);
      visit.field(m.error_code);
    }
  };
  struct Topic {
    std::string name;
    std::vector<Partition> partitions;

    static void describe(auto& m, auto& visit) {
      visit.field(m.name);
      visit.field(m.partitions);
    }
  };
  struct Transaction {
    std::string transactional_id;
    std::vector<Topic> topics;

    static void describe(auto& m, auto& visit) {
      visit.field(m.transactional_id);
      visit.field(m.topics);
    }
  };
  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::vector<Transaction> transactions;
  std::vector<Topic> topics;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms);
    visit.field(m.error_code, {.from = 4});
    visit.field(m.transactions, {.from = 4});
    visit.field(m.topics, {.to = 3});
  }
};

struct AddOffsetsToTxnRequest {
  static constexpr Api kApi = kAddOffsetsToTxn;
  std::string_view transactional_id;
  int64_t producer_id = -1;
  int16_t producer_epoch = -1;
  std::string_view group_id;

  static void describe(auto& m, auto& visit) {
    visit.field(m.transactional_id);
    visit.field(m.producer_id);
    visit.field(m.producer_epoch);
    visit.field(m.group_id);
  }
};

struct AddOffsetsToTxnResponse {
  static constexpr Api kApi = kAddOffsetsToTxn;
  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms);
    visit.field(m.error_code);
  }
};

}  // namespace tarn::kafka_protocol
