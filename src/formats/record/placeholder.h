// What stands for records that are lost: a batch of the newest format without records and without a
// producer, which covers their offsets. Clients pass over it as over what compaction has removed;
// a batch that compaction leaves empty has a producer.
#pragma once

#include "base/bytes.h"
#include "base/ids.h"
#include "formats/record/batch_header.h"

namespace tarn::record {

// Covers [from, to), which is not empty.
Bytes build_placeholder(Offset from, Offset to, LeaderEpoch epoch);

bool is_placeholder(const BatchHeader& header);

}  // namespace tarn::record
