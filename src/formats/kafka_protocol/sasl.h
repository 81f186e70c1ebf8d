// Logins: which mechanism, and its messages (KIP-43, KIP-152, KIP-368).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"

namespace tarn::kafka_protocol {

struct SaslHandshakeRequest {
  static constexpr Api kApi = kSaslHandshake;
  std::string_view mechanism;

  static void describe(auto& m, auto& visit) { visit.field(m.mechanism); }
};

struct SaslHandshakeResponse {
  static constexpr Api kApi = kSaslHandshake;
  int16_t error_code = 0;
  std::vector<std::string> mechanisms;

  static void describe(auto& m, auto& visit) {
    visit.field(m.error_code);
    visit.field(m.mechanisms);
  }
};

struct SaslAuthenticateRequest {
  static constexpr Api kApi = kSaslAuthenticate;
  BytesView auth_bytes;

  static void describe(auto& m, auto& visit) { visit.field(m.auth_bytes); }
};

struct SaslAuthenticateResponse {
  static constexpr Api kApi = kSaslAuthenticate;
  int16_t error_code = 0;
  std::optional<std::string> error_message;
  Bytes auth_bytes;
  int64_t session_lifetime_ms = 0;

  static void describe(auto& m, auto& visit) {
    visit.field(m.error_code);
    visit.field(m.error_message);
    visit.field(m.auth_bytes);
    visit.field(m.session_lifetime_ms, {.from = 1});
  }
};

}  // namespace tarn::kafka_protocol
