// What a broker looks at before it takes a batch from a client, and what it may change.
#pragma once

#include <span>

#include "base/bytes.h"
#include "base/error.h"
#include "formats/record/batch_header.h"
#include "formats/record/compression.h"
#include "formats/record/record_walker.h"

namespace tarn::record {

// bytes: all that a client sent for one partition. Good: exactly one whole batch, at most bytes_max
// long, whose checksum holds, that promises at least one record and offsets without gaps, and is no
// control batch and without what only brokers set. Errors: corrupt (cut off, checksum),
// resource_exhausted (longer than bytes_max), invalid_argument (all else).
Result<BatchHeader> validate_batch(BytesView bytes, size_t bytes_max);

// Are the records of a validated batch what it promises? Compressed ones are unfolded for that, in
// pieces. Errors: invalid_argument, and resource_exhausted when they unfold to more than
// plain_bytes_max; a batch beyond kDecompressedBytesMax nobody could read.
Result<RecordFacts> validate_records(const BatchHeader& header, BytesView batch,
                                     size_t plain_bytes_max = kDecompressedBytesMax);

// What the header says of the times, as time indexes believe it; gives the batch a new checksum.
void set_max_timestamp(std::span<std::byte> batch, Timestamp newest);

// Gives all records of a batch the time of their arrival, and the batch a new checksum.
void set_log_append_time(std::span<std::byte> batch, Timestamp at);

}  // namespace tarn::record
