// The administration of SCRAM users (KIP-554).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"

namespace tarn::kafka_protocol {

struct DescribeUserScramCredentialsRequest {
  static constexpr Api kApi = kDescribeUserScramCredentials;
  struct User {
    std::string_view name;

    static void describe(auto& m, auto& visit) { visit.field(m.name); }
  };
  std::optional<std::vector<User>> users;  // null: all

  static void describe(auto& m, auto& visit) { visit.field(m.users); }
};

struct DescribeUserScramCredentialsResponse {
  static constexpr Api kApi = kDescribeUserScramCredentials;
  struct Credential {
    int8_t mechanism = 0;
    int32_t iterations = 0;

    static void describe(auto& m, auto& visit) {
      visit.field(m.mechanism);
      visit.field(m.iterations);
    }
  };
  struct User {
    std::string user;
    int16_t error_code = 0;
    std::optional<std::string> error_message;
    std::vector<Credential> credential_infos;

    static void describe(auto& m, auto& visit) {
      visit.field(m.user);
      visit.field(m.error_code);
      visit.field(m.error_message);
      visit.field(m.credential_infos);
    }
  };
  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string> error_message;
  std::vector<User> results;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms);
    visit.field(m.error_code);
    visit.field(m.error_message);
    visit.field(m.results);
  }
};

struct AlterUserScramCredentialsRequest {
  static constexpr Api kApi = kAlterUserScramCredentials;
  struct Deletion {
    std::string_view name;
    int8_t mechanism = 0;

    static void describe(auto& m, auto& visit) {
      visit.field(m.name);
      visit.field(m.mechanism);
    }
  };
  struct Upsertion {
    std::string_view name;
    int8_t mechanism = 0;
    int32_t iterations = 0;
    BytesView salt;
    BytesView salted_password;

    static void describe(auto& m, auto& visit) {
      visit.field(m.name);
      visit.field(m.mechanism);
      visit.field(m.iterations);
      visit.field(m.salt);
      visit.field(m.salted_password);
    }
  };
  std::vector<Deletion> deletions;
  std::vector<Upsertion> upsertions;

  static void describe(auto& m, auto& visit) {
    visit.field(m.deletions);
    visit.field(m.upsertions);
  }
};

struct AlterUserScramCredentialsResponse {
  static constexpr Api kApi = kAlterUserScramCredentials;
  struct User {
    std::string user;
    int16_t error_code = 0;
    std::optional<std::string> error_message;

    static void describe(auto& m, auto& visit) {
      visit.field(m.user);
      visit.field(m.error_code);
      visit.field(m.error_message);
    }
  };
  int32_t throttle_time_ms = 0;
  std::vector<User> results;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms);
    visit.field(m.results);
  }
};

}  // namespace tarn::kafka_protocol
