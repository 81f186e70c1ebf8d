#include "engines/storage/index_writer.h"

#include "base/check.h"
#include "base/crc32c.h"

namespace tarn::storage {

Bytes write_index(const LogIndex& index, Offset base) {
  check(index.covered_from() == 0, "an index from the start of its segment");
  ByteWriter out;
  out.write_u32(kIndexMagic);
  out.write_u32(0);
  out.write_i64(base.value());
  out.write_u64(index.covered_to());
  out.write_u32(static_cast<uint32_t>(index.entries().size()));
  for (const IndexEntry& entry : index.entries()) {
    out.write_i64(entry.offset.value());
    out.write_u64(entry.position);
    out.write_i64(unix_millis(entry.max_before));
  }
  out.patch_u32(4, crc32c(out.view().subspan(kIndexCrcEnd)));
  return std::move(out).take();
}

}  // namespace tarn::storage
