#include <memory>

#include <lz4frame.h>

#include "base/check.h"
#include "formats/record/codecs.h"

namespace tarn::record {

Bytes compress_lz4(BytesView plain) {
  LZ4F_preferences_t preferences{};
  // Kafka's Java client refuses linked blocks.
  preferences.frameInfo.blockMode = LZ4F_blockIndependent;
  preferences.frameInfo.blockSizeID = LZ4F_max64KB;
  Bytes packed(LZ4F_compressFrameBound(plain.size(), &preferences));
  const size_t written =
      LZ4F_compressFrame(packed.data(), packed.size(), plain.data(), plain.size(), &preferences);
  check(LZ4F_isError(written) == 0, "lz4 output fits its bound");
  packed.resize(written);
  return packed;
}

Status decompress_lz4(BytesView packed, BoundedOutput& output) {
  LZ4F_dctx* context = nullptr;
  check(LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)) == 0,
        "memory for lz4");
  const std::unique_ptr<LZ4F_dctx, decltype(&LZ4F_freeDecompressionContext)> owner(
      context, LZ4F_freeDecompressionContext);
  size_t position = 0;
  size_t expected = 1;  // bytes of a frame still to come; 0 at the end of one
  while (position < packed.size() || expected != 0) {
    auto room = TRY(output.room());
    size_t written = room.size();
    size_t taken = packed.size() - position;
    expected =
        LZ4F_decompress(context, room.data(), &written, packed.data() + position, &taken, nullptr);
    const bool stuck = written == 0 && taken == 0;
    if (LZ4F_isError(expected) != 0 || (stuck && expected != 0)) {
      return Error(ErrorCode::corrupt, "a record batch is not a valid lz4 frame");
    }
    output.advance(written);
    position += taken;
  }
  return {};
}

}  // namespace tarn::record
