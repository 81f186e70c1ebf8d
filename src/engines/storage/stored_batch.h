// Is a batch in a segment the one that should stand there?
#pragma once

#include <span>

#include "engines/storage/batch_walker.h"
#include "engines/storage/types.h"
#include "formats/record/batch_header.h"

namespace tarn::storage {

// In the epochs of a log, oldest first, at least one.
LeaderEpoch epoch_at(std::span<const EpochStart> epochs, Offset offset);

struct ExpectedBatch {
  Offset base;  // with gaps: or later
  Offsets offsets = Offsets::without_gaps;
  std::span<const EpochStart> epochs;
};

// batch: exactly one whole batch. Believed are base offset, epoch and checksum together; corrupt
// when one of them does not hold.
Status verify_stored_batch(const record::BatchHeader& header, BytesView batch,
                           const ExpectedBatch& expected);

}  // namespace tarn::storage
