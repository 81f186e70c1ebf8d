// The codecs behind compression.h, one file each.
#pragma once

#include <algorithm>

#include "base/bytes.h"
#include "base/error.h"
#include "formats/record/compression.h"

namespace tarn::record {

// The output of a decompressor, within a limit: collected whole, growing by doubling, or handed on
// in pieces.
class BoundedOutput {
 public:
  // Collects.
  BoundedOutput(size_t packed_bytes, size_t bytes_max) : bytes_max_(bytes_max) {
    bytes_.resize(std::min(bytes_max, std::max<size_t>(packed_bytes * 3, 4096)));
  }
  // Hands on.
  BoundedOutput(Consume consume, size_t bytes_max)
      : bytes_max_(bytes_max), consume_(std::move(consume)) {}

  // Room for the codec to write into, never less than asked for. resource_exhausted at the limit;
  // what the consumer says of the pieces before.
  Result<std::span<std::byte>> room(size_t bytes_min = 1);
  void advance(size_t written) { used_ += written; }
  // Hands on what is left.
  Status finish();
  // Of what was collected.
  Bytes take() && {
    bytes_.resize(used_);
    return std::move(bytes_);
  }

 private:
  Bytes bytes_;
  size_t used_ = 0;       // of bytes_
  size_t handed_on_ = 0;  // before them
  size_t bytes_max_;
  Consume consume_;
};

Bytes compress_gzip(BytesView plain);
Bytes compress_snappy(BytesView plain);
Bytes compress_lz4(BytesView plain);
Bytes compress_zstd(BytesView plain);

Status decompress_gzip(BytesView packed, BoundedOutput& output);
Status decompress_snappy(BytesView packed, BoundedOutput& output);
Status decompress_lz4(BytesView packed, BoundedOutput& output);
Status decompress_zstd(BytesView packed, BoundedOutput& output);

}  // namespace tarn::record
