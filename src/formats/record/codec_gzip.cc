#include <limits>
#include <memory>

#include <zlib.h>

#include "base/check.h"
#include "formats/record/codecs.h"

namespace tarn::record {
namespace {

constexpr int kWindowBits = 15;
constexpr int kGzipWrapper = 16;  // zlib.h: added to the window bits

Bytef* bytes_of(std::span<std::byte> bytes) {
  return reinterpret_cast<Bytef*>(bytes.data());
}
// zlib does not write to its input, but takes it as mutable.
Bytef* bytes_of(BytesView bytes) {
  return reinterpret_cast<Bytef*>(const_cast<std::byte*>(bytes.data()));
}
uInt count_of(size_t bytes) {
  return static_cast<uInt>(std::min<size_t>(bytes, std::numeric_limits<uInt>::max()));
}

}  // namespace

Bytes compress_gzip(BytesView plain) {
  z_stream stream{};
  check(deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kWindowBits + kGzipWrapper, 8,
                     Z_DEFAULT_STRATEGY) == Z_OK,
        "memory for gzip");
  Bytes packed(deflateBound(&stream, plain.size()));
  stream.next_in = bytes_of(plain);
  stream.avail_in = count_of(plain.size());
  stream.next_out = bytes_of(std::span(packed));
  stream.avail_out = count_of(packed.size());
  check(deflate(&stream, Z_FINISH) == Z_STREAM_END, "gzip output fits its bound");
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

Status decompress_gzip(BytesView packed, BoundedOutput& output) {
  z_stream stream{};
  check(inflateInit2(&stream, kWindowBits + kGzipWrapper) == Z_OK, "memory for gzip");
  const std::unique_ptr<z_stream, decltype(&inflateEnd)> owner(&stream, inflateEnd);
  stream.next_in = bytes_of(packed);
  stream.avail_in = count_of(packed.size());
  while (true) {
    auto room = TRY(output.room());
    stream.next_out = bytes_of(room);
    stream.avail_out = count_of(room.size());
    const uInt offered = stream.avail_out;
    const int outcome = inflate(&stream, Z_NO_FLUSH);
    output.advance(offered - stream.avail_out);
    if (outcome == Z_STREAM_END) {
      if (stream.avail_in == 0) return {};
      inflateReset(&stream);  // gzip members may follow one another (RFC 1952)
    } else if (outcome != Z_OK || (stream.avail_in == 0 && stream.avail_out != 0)) {
      return Error(ErrorCode::corrupt, "a record batch is not valid gzip");
    }
  }
}

}  // namespace tarn::record
