// Snappy comes in two forms: one plain block, as librdkafka writes it, and the framing of
// snappy-java, as Kafka's Java client writes it:
//   0x82 'S' 'N' 'A' 'P' 'P' 'Y' 0 · version i32 · lowest compatible version i32 ·
//   { length i32 · a plain block of that length }*
// The head may be repeated between blocks, where streams were put one behind the other.
#include <string>

#include <snappy.h>

#include "formats/record/codecs.h"

namespace tarn::record {
namespace {

constexpr std::string_view kFramingMagic("\x82SNAPPY\0", 8);
constexpr size_t kFramingHeadBytes = 16;
constexpr size_t kBlockBytes = 32 * 1024;
// The densest element of the format turns 3 bytes into 64; what claims more is lying.
constexpr size_t kExpansionMax = 22;

Error invalid() {
  return {ErrorCode::corrupt, "a record batch is not valid snappy"};
}

bool starts_framing(BytesView packed) {
  return packed.size() >= kFramingHeadBytes &&
         as_text(packed.first(kFramingMagic.size())) == kFramingMagic;
}

Status unpack_block(BytesView block, BoundedOutput& output) {
  auto text = as_text(block);
  size_t length = 0;
  if (!snappy::GetUncompressedLength(text.data(), text.size(), &length) ||
      length > (block.size() + 1) * kExpansionMax) {
    return invalid();
  }
  auto room = length == 0 ? std::span<std::byte>() : TRY(output.room(length));
  if (!snappy::RawUncompress(text.data(), text.size(), reinterpret_cast<char*>(room.data()))) {
    return invalid();
  }
  output.advance(length);
  return {};
}

Status decompress_framed(BytesView packed, BoundedOutput& output) {
  ByteReader reader(packed);
  while (reader.remaining() > 0) {
    if (starts_framing(packed.subspan(reader.position()))) {
      reader.read_bytes(kFramingHeadBytes);
      continue;
    }
    const int32_t length = reader.read_i32();
    if (length < 0) return invalid();
    auto block = reader.read_bytes(static_cast<uint64_t>(length));
    if (reader.failed()) return invalid();
    TRY(unpack_block(block, output));
  }
  return {};
}

}  // namespace

Bytes compress_snappy(BytesView plain) {
  ByteWriter packed;
  packed.write_text(kFramingMagic);
  packed.write_i32(1);
  packed.write_i32(1);
  for (size_t at = 0; at < plain.size(); at += kBlockBytes) {
    auto block = as_text(plain.subspan(at, std::min(kBlockBytes, plain.size() - at)));
    std::string compressed;
    snappy::Compress(block.data(), block.size(), &compressed);
    packed.write_i32(static_cast<int32_t>(compressed.size()));
    packed.write_text(compressed);
  }
  return std::move(packed).take();
}

Status decompress_snappy(BytesView packed, BoundedOutput& output) {
  if (starts_framing(packed)) return decompress_framed(packed, output);
  return unpack_block(packed, output);
}

}  // namespace tarn::record
