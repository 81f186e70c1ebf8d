// Record batches for tests of the storage: right headers and checksums around any bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/time.h"
#include "formats/record/batch_header.h"

namespace tarn::storage::testing {

struct BatchSpec {
  int32_t records = 1;
  size_t payload_bytes = 20;
  uint8_t fill = 7;  // of the payload, to tell batches apart
  Timestamp at = from_unix_millis(1'000);
  ProducerId producer{-1};
  int16_t epoch = -1;
  int32_t sequence = -1;
  bool is_control = false;
  bool is_transactional = false;
};

Bytes make_batch(const BatchSpec& spec);

// A record that can be read as one; no value: a tombstone.
struct KeyedRecord {
  std::optional<std::string> key;
  std::optional<std::string> value;
};
// Of the spec: time, producer and whether it is of a transaction.
Bytes make_keyed_batch(const std::vector<KeyedRecord>& records, const BatchSpec& spec = {},
                       record::Codec codec = record::Codec::none);

}  // namespace tarn::storage::testing
