#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/kafka_protocol/api.h"
#include "formats/kafka_protocol/decoder.h"

namespace tarn::kafka_protocol {

struct EndTxnRequest {
  static constexpr Api kApi = kEndTxn;
  std::string_view transactional_id;
  int64_t producer_id = -1;
  int16_t producer_epoch = -1;
  bool committed = false;

  static void describe(auto& m, auto& visit) {
    visit.field(m.transactional_id);
    visit.field(m.producer_id);
    visit.field(m.producer_epoch);
    visit.field(m.committed);
  }
};

// From version 5 on the producer goes on with another identity (KIP-890).
struct EndTxnResponse {
  static constexpr Api kApi = kEndTxn;
  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  int64_t producer_id = -1;
  int16_t producer_epoch = -1;

  static void describe(auto& m, auto& visit) {
    visit.field(m.throttle_time_ms);
    visit.field(m.error_code);
    visit.field(m.producer_id, {.from = 5});
    visit.field(m.producer_epoch, {.from = 5});
  }
};

}  // namespace tarn::kafka_protocol
