#include "engines/storage/journal_writer.h"

#include "base/check.h"
#include "base/crc32c.h"
#include "formats/record/batch_header.h"

namespace tarn::storage {

void RoundWriter::add(const EntryHeader& header, BytesView body) {
  entries_.push_back({.header = header, .body = body});
}

void RoundWriter::add_batch(const EntryHeader& header, BytesView batch, uint32_t batch_crc) {
  entries_.push_back({.header = header, .body = batch, .batch_crc = batch_crc});
}

void RoundWriter::add_owned(const EntryHeader& header, Bytes body) {
  owned_.push_back(std::move(body));
  add(header, owned_.back());
}

void RoundWriter::rewind(size_t count) {
  check(count <= entries_.size(), "rewinding to an earlier point");
  entries_.resize(count);
}

uint32_t RoundWriter::Entry::crc(uint32_t seed) const {
  constexpr size_t kJoinBytes = 4096;  // below, reading the bytes is as fast
  if (!batch_crc || body.size() < kJoinBytes) return crc32c(body, seed);
  const BytesView before = body.first(record::kBatchCrcStart);
  return crc32c_joined(crc32c(before, seed), *batch_crc, body.size() - before.size());
}

Bytes RoundWriter::head(const RoundId& id, Timestamp at, size_t body_bytes) const {
  const uint32_t seed = crc_seed(id);
  ByteWriter out;
  out.write_u32(kRoundMagic);
  out.write_u32(0);
  out.write_u64(id.lap);
  out.write_u64(id.number);
  out.write_i64(unix_millis(at));
  out.write_u32(static_cast<uint32_t>(entries_.size()));
  out.write_u32(static_cast<uint32_t>(body_bytes));
  for (const Entry& entry : entries_) {
    out.write_u32(static_cast<uint32_t>(entry.header.kind));
    out.write_u32(static_cast<uint32_t>(entry.body.size()));
    out.write_u64(entry.header.log.value());
    out.write_i32(entry.header.epoch.value());
    out.write_u32(entry.crc(seed));
    out.write_i64(entry.header.segment_base.value());
    out.write_u64(entry.header.position);
    out.write_i64(entry.header.base_offset.value());
  }
  out.patch_u32(4, crc32c(out.view().subspan(kRoundCrcEnd), seed));
  return std::move(out).take();
}

Result<size_t> RoundWriter::write(os::File& file, uint64_t position, const RoundId& id,
                                  Timestamp at) const {
  size_t body_bytes = 0;
  for (const Entry& entry : entries_) body_bytes += entry.body.size();
  const Bytes first = head(id, at, body_bytes);
  const size_t total = round_up_to_page(first.size() + body_bytes);
  const Bytes padding(total - first.size() - body_bytes);
  std::vector<BytesView> parts;
  parts.reserve(entries_.size() + 2);
  parts.emplace_back(first);
  for (const Entry& entry : entries_) parts.push_back(entry.body);
  parts.emplace_back(padding);
  TRY(file.write_at(position, parts));
  return total;
}

}  // namespace tarn::storage
