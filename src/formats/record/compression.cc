#include "formats/record/compression.h"

#include <string>

#include "base/check.h"
#include "formats/record/codecs.h"

namespace tarn::record {

namespace {

// A piece that is handed on. A snappy block is one piece, whatever its size.
constexpr size_t kPieceBytes = 64 << 10;

Status decompress_into(Codec codec, BytesView packed, BoundedOutput& output) {
  switch (codec) {
    case Codec::none:
      break;
    case Codec::gzip:
      return decompress_gzip(packed, output);
    case Codec::snappy:
      return decompress_snappy(packed, output);
    case Codec::lz4:
      return decompress_lz4(packed, output);
    case Codec::zstd:
      return decompress_zstd(packed, output);
  }
  return Error(ErrorCode::corrupt, "a record batch with an unknown compression");
}

}  // namespace

Result<std::span<std::byte>> BoundedOutput::room(size_t bytes_min) {
  if (bytes_.size() - used_ < bytes_min) {
    if (consume_) TRY(finish());
    const size_t most = bytes_max_ - std::min(bytes_max_, handed_on_);
    if (used_ >= most || bytes_min > most - used_) {
      return Error(ErrorCode::resource_exhausted,
                   "a record batch unfolds to more than " + std::to_string(bytes_max_) + " bytes");
    }
    const size_t wanted = consume_ ? kPieceBytes : bytes_.size() * 2;
    bytes_.resize(std::min(most, std::max(wanted, used_ + bytes_min)));
  }
  return std::span(bytes_).subspan(used_);
}

Status BoundedOutput::finish() {
  const BytesView piece = BytesView(bytes_).first(used_);
  handed_on_ += used_;
  used_ = 0;
  if (piece.empty()) return {};
  return consume_(piece);
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
  if (codec == Codec::none) return Bytes(packed.begin(), packed.end());
  BoundedOutput output(packed.size(), bytes_max);
  TRY(decompress_into(codec, packed, output));
  return std::move(output).take();
}

Status decompress_in_pieces(Codec codec, BytesView packed, size_t bytes_max, Consume consume) {
  if (codec == Codec::none) return consume(packed);
  BoundedOutput output(std::move(consume), bytes_max);
  TRY(decompress_into(codec, packed, output));
  return output.finish();
}

}  // namespace tarn::record
