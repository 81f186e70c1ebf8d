// Reads all batches of one segment in order, for bulk work: in pieces, each batch verified.
#pragma once

#include <memory>
#include <optional>
#include <span>

#include "engines/storage/segment.h"
#include "engines/storage/stored_batch.h"

namespace tarn::storage {

struct StoredBatch {
  record::BatchHeader header;
  BytesView bytes;  // until the next call
};

// Holds one piece of the file in memory, or one batch if that is larger.
class SegmentScanner {
 public:
  // bytes: of the segment, sealed; end: where it ends; epochs: of its log, and outlive this.
  static Result<SegmentScanner> open(const Segment& segment, uint64_t bytes, Offset end,
                                     std::span<const EpochStart> epochs);

  // None after the last one. corrupt: the segment is damaged there.
  Result<std::optional<StoredBatch>> next();
  // After that: the next batch that holds, wherever it is; none when there is none.
  Result<std::optional<StoredBatch>> find_next();
  // Where the batch given last ends.
  [[nodiscard]] uint64_t position() const { return position_; }
  // What was read from the disk since this was asked the last time.
  uint64_t take_read_bytes() { return std::exchange(read_bytes_, 0); }

 private:
  SegmentScanner(std::shared_ptr<os::File> file, std::string path, uint64_t bytes, Offset end,
                 ExpectedBatch expected);
  Result<BytesView> bytes_at(uint64_t position, uint64_t count);
  Result<StoredBatch> read_batch();
  std::optional<StoredBatch> advance(const StoredBatch& over);
  // Worth a look at its checksum.
  Result<bool> looks_like_a_batch();

  std::shared_ptr<os::File> file_;
  std::string path_;
  uint64_t bytes_;
  Offset end_;
  ExpectedBatch expected_;
  uint64_t position_ = 0;
  Bytes piece_;
  uint64_t piece_position_ = 0;
  uint64_t read_bytes_ = 0;
};

}  // namespace tarn::storage
