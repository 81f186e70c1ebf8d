// A batch without some of its records, as compaction leaves it: the others keep their offsets and
// times, and the batch its place, its producer and its end.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "formats/record/batch_header.h"
#include "formats/record/record.h"

namespace tarn::record {

class BatchRewriter {
 public:
  // delete_horizon: when tombstones and markers in the batch may go (KIP-534); it is kept in the
  // header in place of the base timestamp.
  explicit BatchRewriter(const BatchHeader& original, std::optional<Timestamp> delete_horizon = {});

  // Copies a record of the original; in their order.
  void keep(const Record& record);
  [[nodiscard]] int32_t record_count() const { return record_count_; }
  // In the original's compression. Without a record it still says up to where its producer came.
  Bytes finish() &&;

 private:
  BatchHeader header_;
  ByteWriter records_;
  int32_t record_count_ = 0;
};

}  // namespace tarn::record
