#include <memory>

#include <zstd.h>

#include "base/check.h"
#include "formats/record/codecs.h"

namespace tarn::record {

Bytes compress_zstd(BytesView plain) {
  Bytes packed(ZSTD_compressBound(plain.size()));
  const size_t written =
      ZSTD_compress(packed.data(), packed.size(), plain.data(), plain.size(), ZSTD_CLEVEL_DEFAULT);
  check(ZSTD_isError(written) == 0, "zstd output fits its bound");
  packed.resize(written);
  return packed;
}

Status decompress_zstd(BytesView packed, BoundedOutput& output) {
  const std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream(ZSTD_createDStream(),
                                                                          ZSTD_freeDStream);
  check(stream != nullptr, "memory for zstd");
  ZSTD_inBuffer in{packed.data(), packed.size(), 0};
  size_t expected = 1;  // bytes of a frame still to come; 0 at the end of one
  while (in.pos < in.size || expected != 0) {
    auto room = TRY(output.room());
    ZSTD_outBuffer out{room.data(), room.size(), 0};
    const size_t in_before = in.pos;
    expected = ZSTD_decompressStream(stream.get(), &out, &in);
    const bool stuck = out.pos == 0 && in.pos == in_before;
    if (ZSTD_isError(expected) != 0 || (stuck && expected != 0)) {
      return Error(ErrorCode::corrupt, "a record batch is not valid zstd");
    }
    output.advance(out.pos);
  }
  return {};
}

}  // namespace tarn::record
