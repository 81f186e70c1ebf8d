#include "formats/record/compression.h"

#include <string>

#include "base/check.h"
#include "formats/record/codecs.h"

namespace tarn::record {

Result<std::span<std::byte>> BoundedOutput::room() {
  if (used_ == bytes_.size()) {
    if (used_ >= bytes_max_) {
      return Error(ErrorCode::resource_exhausted,
                   "a record batch unfolds to more than " + std::to_string(bytes_max_) + " bytes");
    }
    bytes_.resize(std::min(bytes_max_, bytes_.size() * 2));
  }
  return std::span(bytes_).subspan(used_);
}

Bytes compress(Codec codec, BytesView plain) {
  switch (codec) {
    case Codec::none:
      return {plain.begin(), plain.end()};
    case Codec::gzip:
      return compress_gzip(plain);
    case Codec::snappy:
      return compress_snappy(plain);
    case Codec::lz4:
      return compress_lz4(plain);
    case Codec::zstd:
      return compress_zstd(plain);
  }
  check(false, "a known codec");
  return {};
}

Result<Bytes> decompress(Codec codec, BytesView packed, size_t bytes_max) {
  switch (codec) {
    case Codec::none:
      return Bytes(packed.begin(), packed.end());
    case Codec::gzip:
      return decompress_gzip(packed, bytes_max);
    case Codec::snappy:
      return decompress_snappy(packed, bytes_max);
    case Codec::lz4:
      return decompress_lz4(packed, bytes_max);
    case Codec::zstd:
      return decompress_zstd(packed, bytes_max);
  }
  return Error(ErrorCode::corrupt, "a record batch with an unknown compression");
}

}  // namespace tarn::record
