#include "engines/storage/index_reader.h"

#include "base/crc32c.h"

namespace tarn::storage {

Result<std::vector<IndexEntry>> read_index(BytesView content, Offset base, uint64_t segment_bytes) {
  ByteReader in(content);
  const uint32_t magic = in.read_u32();
  const uint32_t crc = in.read_u32();
  if (in.failed() || magic != kIndexMagic || crc32c(content.subspan(kIndexCrcEnd)) != crc) {
    return Error(ErrorCode::corrupt, "the index does not match its checksum");
  }
  const Offset written_base(in.read_i64());
  const uint64_t covered = in.read_u64();
  const uint32_t count = in.read_u32();
  if (written_base != base || covered != segment_bytes) {
    return Error(ErrorCode::corrupt, "the index is of another state of its segment");
  }
  if (in.remaining() != size_t{count} * kIndexEntryBytes) {
    return Error(ErrorCode::corrupt, "the index has another number of entries than it says");
  }
  std::vector<IndexEntry> entries(count);
  for (IndexEntry& entry : entries) {
    entry.offset = Offset(in.read_i64());
    entry.position = in.read_u64();
    entry.max_before = from_unix_millis(in.read_i64());
  }
  TRY(in.status());
  return entries;
}

}  // namespace tarn::storage
