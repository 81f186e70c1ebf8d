// Control batches that end a transaction in one partition (KIP-98): one record with
//
//   key:   version i16 = 0 · type i16 (0: abort, 1: commit)
//   value: version i16 = 0 · coordinator epoch i32
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/time.h"
#include "formats/record/batch_header.h"

namespace tarn::record {

enum class TransactionEnd : int16_t { abort = 0, commit = 1 };

struct TransactionMarker {
  ProducerId producer;
  int16_t producer_epoch = 0;
  TransactionEnd end = TransactionEnd::abort;
  int32_t coordinator_epoch = 0;
};

Bytes build_marker(const TransactionMarker& marker, Timestamp at);

// batch: exactly one whole batch. None when it is no control batch, or one of another type, which
// readers pass over.
std::optional<TransactionMarker> read_marker(BytesView batch);

}  // namespace tarn::record
