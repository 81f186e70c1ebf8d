// Whatever an index file holds: it is refused, or its entries are what was written.
#include <algorithm>

#include "base/check.h"
#include "base/crc32c.h"
#include "engines/storage/index_reader.h"
#include "engines/storage/index_writer.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tarn;
  using namespace tarn::storage;
  ByteWriter out;
  out.write_u32(kIndexMagic);
  out.write_u32(0);
  out.write_bytes(std::as_bytes(std::span(data, size)));
  out.patch_u32(4, crc32c(out.view().subspan(kIndexCrcEnd)));
  ByteReader reader(out.view().subspan(kIndexCrcEnd));
  const Offset base(reader.read_i64());
  const uint64_t covered = reader.read_u64();
  const auto entries = read_index(out.view(), base, covered);
  if (!entries) return 0;
  LogIndex index(1, 0, Timestamp::min());
  index.restore(*entries, covered);
  check(std::ranges::equal(write_index(index, base), out.view()), "the same bytes");
  return 0;
}
