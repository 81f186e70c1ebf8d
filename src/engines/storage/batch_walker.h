// Walks the headers of the batches in a segment without reading more than it must.
#pragma once

#include "base/bytes.h"
#include "base/error.h"
#include "formats/record/batch_header.h"
#include "platform/os/file_system.h"

namespace tarn::storage {

// How the batches of a segment follow one another: each where the one before it ends, or, after
// compaction, there or later.
enum class Offsets { without_gaps, with_gaps };

class BatchWalker {
 public:
  // The batch at position must have this base offset; only the first one of a segment with gaps may
  // have a later one.
  BatchWalker(const os::File& file, uint64_t position, Offset base, Offsets offsets)
      : file_(file),
        position_(position),
        expected_(base),
        offsets_(offsets),
        may_skip_(offsets == Offsets::with_gaps && position == 0) {}

  // corrupt when there is no plausible batch with the expected offset.
  Result<record::BatchHeader> next();
  // Of the batch that next() will return.
  [[nodiscard]] uint64_t position() const { return position_; }

 private:
  static constexpr size_t kWindowBytes = 64 << 10;
  Result<BytesView> header_bytes();

  const os::File& file_;
  uint64_t position_;
  Offset expected_;
  Offsets offsets_;
  bool may_skip_;
  Bytes window_;
  uint64_t window_position_ = 0;
};

}  // namespace tarn::storage
