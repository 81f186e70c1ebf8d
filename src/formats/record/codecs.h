// The codecs behind compression.h, one file each.
#pragma once

#include <algorithm>

#include "base/bytes.h"
#include "base/error.h"

namespace tarn::record {

// The output of a decompressor: grows by doubling up to a limit.
class BoundedOutput {
 public:
  BoundedOutput(size_t packed_bytes, size_t bytes_max) : bytes_max_(bytes_max) {
    bytes_.resize(std::min(bytes_max, std::max<size_t>(packed_bytes * 3, 4096)));
  }

  // Room for the codec to write into, never empty. resource_exhausted at the limit.
  Result<std::span<std::byte>> room();
  void advance(size_t written) { used_ += written; }
  Bytes take() && {
    bytes_.resize(used_);
    return std::move(bytes_);
  }

 private:
  Bytes bytes_;
  size_t used_ = 0;
  size_t bytes_max_;
};

Bytes compress_gzip(BytesView plain);
Bytes compress_snappy(BytesView plain);
Bytes compress_lz4(BytesView plain);
Bytes compress_zstd(BytesView plain);

Result<Bytes> decompress_gzip(BytesView packed, size_t bytes_max);
Result<Bytes> decompress_snappy(BytesView packed, size_t bytes_max);
Result<Bytes> decompress_lz4(BytesView packed, size_t bytes_max);
Result<Bytes> decompress_zstd(BytesView packed, size_t bytes_max);

}  // namespace tarn::record
