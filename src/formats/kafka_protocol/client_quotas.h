// Quotas of users, clients and addresses (KIP-546).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"

namespace tarn::kafka_protocol {

enum class QuotaMatch : int8_t { exact = 0, standard = 1, any = 2 };  // standard: the default

struct DescribeClientQuotasRequest {
  static constexpr Api kApi = kDescribeClientQuotas;
  struct Component {
    std::string_view entity_type;
    int8_t match_type = 0;
    std::optional<std::string_view> match;

    static void describe(auto& m, auto& visit) {
      visit.field(m.entity_type);
      visit.field(m.match_type);
      visit.field(m.match);
    }
  };
  std::vector<Component> components;
  bool strict = false;  // nothing that has more parts than these

  static void describe(auto& m, auto& visit) {
    visit.field(m.components);
    visit.field(m.strict);
  }
};

struct DescribeClientQuotasResponse {
  static constexpr Api kApi = kDescribeClientQuotas;
  struct Entity {
    std::string entity_type;
    std::optional<std::string> entity_name;  // null: the default

    static void describe(auto& m, auto& visit) {
      visit.field(m.entity_type);
      visit.field(m.entity_name);
    }
  };
  struct Value {
    std::string key;
    double value = 0;

    static void describe(auto& m, auto& visit) {
      visit.field(m.key);
      visit.field(m.value);
    }
  };
  struct Entry {
    std::vector<Entity> entity;
    std::vector<Value> values;

    static void describe(auto& m, auto& visit) {
      visit.field(m.entity);
      visit.field(m.values);
    }
  };
  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string> error_message;
  std::optional<std::vector<Entry>> entries;  // null with an error

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms);
    visit.field(m.error_code);
    visit.field(m.error_message);
    visit.field(m.entries);
  }
};

struct AlterClientQuotasRequest {
  static constexpr Api kApi = kAlterClientQuotas;
  struct Entity {
    std::string_view entity_type;
    std::optional<std::string_view> entity_name;

    static void describe(auto& m, auto& visit) {
      visit.field(m.entity_type);
      visit.field(m.entity_name);
    }
  };
  struct Operation {
    std::string_view key;
    double value = 0;
    bool remove = false;

    static void describe(auto& m, auto& visit) {
      visit.field(m.key);
      visit.field(m.value);
      visit.field(m.remove);
    }
  };
  struct Entry {
    std::vector<Entity> entity;
    std::vector<Operation> operations;

    static void describe(auto& m, auto& visit) {
      visit.field(m.entity);
      visit.field(m.operations);
    }
  };
  std::vector<Entry> entries;
  bool validate_only = false;

  static void describe(auto& m, auto& visit) {
    visit.field(m.entries);
    visit.field(m.validate_only);
  }
};

struct AlterClientQuotasResponse {
  static constexpr Api kApi = kAlterClientQuotas;
  struct Entity {
    std::string entity_type;
    std::optional<std::string> entity_name;

    static void describe(auto& m, auto& visit) {
      visit.field(m.entity_type);
      visit.field(m.entity_name);
    }
  };
  struct Entry {
    int16_t error_code = 0;
    std::optional<std::string> error_message;
    std::vector<Entity> entity;

    static void describe(auto& m, auto& visit) {
      visit.field(m.error_code);
      visit.field(m.error_message);
      visit.field(m.entity);
    }
  };
  int32_t throttle_time_ms = 0;
  std::vector<Entry> entries;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms);
    visit.field(m.entries);
  }
};

}  // namespace tarn::kafka_protocol
