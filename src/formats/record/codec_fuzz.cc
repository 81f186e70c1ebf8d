// The first byte chooses a codec, the second what the rest is: packed bytes of somebody else, plain
// ones, or a batch whose lengths and checksum are made right. Oracles: nothing unfolds past its
// limit; what was packed unpacks; what unpacks can be packed again; a batch that is taken from a
// client has the records that it promises.
#include <algorithm>

#include "base/check.h"
#include "base/crc32c.h"
#include "formats/record/compression.h"
#include "formats/record/record_reader.h"
#include "formats/record/validate.h"

namespace {

using namespace tarn;
using namespace tarn::record;

constexpr size_t kPlainBytesMax = 1 << 20;

void check_packed(Codec codec, BytesView packed) {
  const auto plain = decompress(codec, packed, kPlainBytesMax);
  if (!plain) return;
  check(plain->size() <= kPlainBytesMax, "the limit holds");
  const auto again = decompress(codec, compress(codec, *plain), kPlainBytesMax);
  check(again && *again == *plain, "what unpacks can be packed");
}

void check_plain(Codec codec, BytesView plain) {
  const auto again = decompress(codec, compress(codec, plain), kPlainBytesMax);
  check(again && std::ranges::equal(*again, plain), "what was packed unpacks");
}

void check_batch(BytesView input) {
  if (input.size() < kBatchHeaderBytes) return;
  ByteWriter out;
  out.write_bytes(input);
  out.patch_u32(8, static_cast<uint32_t>(input.size() - kBatchLengthEnd));
  out.patch_u32(kBatchCrcStart - 4, crc32c(out.view().subspan(kBatchCrcStart)));
  const auto header = validate_batch(out.view(), kPlainBytesMax);
  if (!header || header->codec() != Codec::none) return;
  if (!validate_records(*header, out.view(), kPlainBytesMax)) return;
  auto reader = RecordReader::open(out.view());
  for (int32_t i = 0; i < header->record_count; ++i) {
    const auto record = reader->next();
    check(record && *record && (*record)->offset == header->base_offset + i, "each record");
  }
  check(!*reader->next(), "and no more");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const auto codec = static_cast<Codec>(data[0] % 5);
  const BytesView input = std::as_bytes(std::span(data, size)).subspan(2);
  switch (data[1] % 3) {
    case 0:
      check_packed(codec, input);
      break;
    case 1:
      check_plain(codec, input);
      break;
    default:
      check_batch(input);
  }
  return 0;
}
