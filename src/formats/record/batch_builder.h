// Puts records together into one batch, ready to be appended.
#pragma once

#include "base/bytes.h"
#include "formats/record/batch_header.h"
#include "formats/record/record.h"

namespace tarn::record {

struct BatchOptions {
  Codec codec = Codec::none;
  ProducerId producer_id{-1};  // -1: not idempotent
  int16_t producer_epoch = -1;
  int32_t base_sequence = -1;  // of the first record
  bool transactional = false;
  bool control = false;  // not records of a user, but marks of a broker
};

// The base offset of the batch is 0 until the log assigns one. Not for more than 2 GiB.
class BatchBuilder {
 public:
  explicit BatchBuilder(BatchOptions options = {}) : options_(options) {}

  // Copies the record. Its timestamp counts from the first record's.
  void add(const Record& record);

  [[nodiscard]] int32_t record_count() const { return record_count_; }
  [[nodiscard]] bool empty() const { return record_count_ == 0; }
  // Header and records, before compression.
  [[nodiscard]] size_t plain_bytes() const { return kBatchHeaderBytes + records_.size(); }

  // At least one record must be there.
  Bytes finish() &&;

 private:
  BatchOptions options_;
  ByteWriter records_;
  int32_t record_count_ = 0;
  Timestamp base_timestamp_{};
  Timestamp max_timestamp_{};
};

}  // namespace tarn::record
