// Whatever lies in a journal file, reading ends and stays inside it; what is read as a whole round
// is written back as the same bytes.
#include <algorithm>

#include "base/check.h"
#include "base/crc32c.h"
#include "engines/storage/journal_reader.h"
#include "engines/storage/journal_writer.h"
#include "engines/storage/segment_replacement.h"

namespace {

using namespace tarn;
using namespace tarn::storage;

// Takes the bytes of a write.
class OneWrite final : public os::File {
 public:
  Result<size_t> read_at(uint64_t, std::span<std::byte>) const override { return size_t{0}; }
  Status write_at(uint64_t, std::span<const BytesView> parts) override {
    for (BytesView part : parts) bytes.insert(bytes.end(), part.begin(), part.end());
    return {};
  }
  Status sync() override { return {}; }
  Result<uint64_t> size() const override { return bytes.size(); }
  Status truncate(uint64_t) override { return {}; }
  Status reserve(uint64_t) override { return {}; }
  int descriptor() const override { return -1; }

  Bytes bytes;
};

// The fuzzer cannot guess checksums: they are made right, so that what lies behind is reached.
void fix_checksum(Bytes& bytes) {
  ByteReader reader(bytes);
  reader.read_u64();
  const RoundId id{0, reader.read_u64(), reader.read_u64()};
  reader.read_u64();
  const uint64_t end = kRoundHeaderBytes + uint64_t{reader.read_u32()} * kEntryHeaderBytes;
  if (reader.failed() || end > bytes.size()) return;
  const auto covered = BytesView(bytes).subspan(kRoundCrcEnd, end - kRoundCrcEnd);
  const uint32_t crc = crc32c(covered, crc_seed(id));
  for (size_t i = 0; i < 4; ++i) bytes[4 + i] = static_cast<std::byte>(crc >> (24 - 8 * i));
}

void check_replacement(BytesView body) {
  const auto read = read_replacement(body);
  if (!read) return;
  const Bytes again = write_replacement(*read);
  check(std::ranges::equal(again, body.first(again.size())), "the same replacement");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto view = std::as_bytes(std::span(data, size));
  check_replacement(view);
  Bytes bytes(view.begin(), view.end());
  fix_checksum(bytes);
  const auto round = read_round(bytes, 0);
  if (!round || round->damaged) return 0;
  RoundWriter writer;
  for (const RoundEntry& entry : round->entries) writer.add(entry.header, entry.body);
  OneWrite again;
  check(writer.write(again, 0, {0, round->lap, round->number}, round->at).has_value(), "written");
  const auto same = read_round(again.bytes, 0);
  check(same && !same->damaged && same->entries.size() == round->entries.size(), "the same round");
  return 0;
}
