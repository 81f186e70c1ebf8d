#include "formats/record/placeholder.h"

#include <limits>

#include "base/check.h"
#include "formats/record/batch_rewriter.h"

namespace tarn::record {

Bytes build_placeholder(Offset from, Offset to, LeaderEpoch epoch) {
  const int64_t count = to - from;
  check(count > 0 && count <= std::numeric_limits<int32_t>::max(), "a range that a batch can span");
  return BatchRewriter({.base_offset = from,
                        .leader_epoch = epoch,
                        .last_offset_delta = static_cast<int32_t>(count - 1),
                        .base_timestamp = from_unix_millis(-1),
                        .max_timestamp = from_unix_millis(-1),
                        .producer_id = ProducerId(-1)})
      .finish();
}

bool is_placeholder(const BatchHeader& header) {
  return header.record_count == 0 && header.producer_id == ProducerId(-1) && !header.is_control();
}

}  // namespace tarn::record
