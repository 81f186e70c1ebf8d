#pragma once

#include <optional>

#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"

namespace tarn::kafka_protocol {

struct InitProducerIdRequest {
  static constexpr Api kApi = kInitProducerId;
  std::optional<std::string_view> transactional_id;
  int32_t transaction_timeout_ms = 0;
  int64_t producer_id = -1;
  int16_t producer_epoch = -1;

  static void describe(auto& m, auto& visit) {
    visit.field(m.transactional_id);
    visit.field(m.transaction_timeout_ms);
    visit.field(m.producer_id, {.from = 3});
    visit.field(m.producer_epoch, {.from = 3});
  }
};

struct InitProducerIdResponse {
  static constexpr Api kApi = kInitProducerId;
  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  int64_t producer_id = -1;
  int16_t producer_epoch = -1;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms);
    visit.field(m.error_code);
    visit.field(m.producer_id);
    visit.field(m.producer_epoch);
  }
};

}  // namespace tarn::kafka_protocol
