// What a broker looks at before it takes a batch from a client, and what it may change.
#pragma once

#include <span>

#include "base/bytes.h"
#include "base/error.h"
#include "formats/record/batch_header.h"

namespace tarn::record {

// bytes: all that a client sent for one partition. Good: exactly one whole batch, at most bytes_max
// long, whose checksum holds, with at least one record and offsets without gaps, no control batch
// and no log append time. Records that are not compressed are walked through; compressed ones are
// not unfolded. Errors: corrupt (cut off, checksum), resource_exhausted (longer than bytes_max),
// invalid_argument (all else).
Result<BatchHeader> validate_batch(BytesView bytes, size_t bytes_max);

// Gives all records of a batch the time of their arrival, and the batch a new checksum.
void set_log_append_time(std::span<std::byte> batch, Timestamp at);

}  // namespace tarn::record
