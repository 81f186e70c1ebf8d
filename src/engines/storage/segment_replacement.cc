#include "engines/storage/segment_replacement.h"

#include <algorithm>

namespace tarn::storage {
namespace {

template <class Body>
void repeat(ByteReader& in, const Body& body) {
  const uint32_t count = in.read_u32();
  for (uint32_t i = 0; i < count && !in.failed(); ++i) body();
}

SegmentInfo read_segment(ByteReader& in) {
  SegmentInfo segment;
  segment.base = Offset(in.read_i64());
  segment.generation = in.read_u32();
  segment.bytes = in.read_u64();
  segment.first_append = from_unix_millis(in.read_i64());
  segment.last_append = from_unix_millis(in.read_i64());
  segment.max_timestamp = from_unix_millis(in.read_i64());
  return segment;
}

using Segments = std::vector<SegmentInfo>;

// Where they stand in the log, one after the other; the end when they do not.
Segments::iterator find_segments(Segments& segments, const std::vector<SegmentName>& names) {
  const auto found = std::ranges::search(segments, names, {}, &SegmentInfo::name);
  return found.empty() ? segments.end() : found.begin();
}

}  // namespace

Bytes write_replacement(const SegmentReplacement& replacement) {
  ByteWriter out;
  out.write_i64(replacement.compacted.value());
  out.write_u32(static_cast<uint32_t>(replacement.out.size()));
  for (const SegmentName& name : replacement.out) {
    out.write_i64(name.base.value());
    out.write_u32(name.generation);
  }
  out.write_u32(static_cast<uint32_t>(replacement.in.size()));
  for (const SegmentInfo& segment : replacement.in) {
    out.write_i64(segment.base.value());
    out.write_u32(segment.generation);
    out.write_u64(segment.bytes);
    out.write_i64(unix_millis(segment.first_append));
    out.write_i64(unix_millis(segment.last_append));
    out.write_i64(unix_millis(segment.max_timestamp));
  }
  out.write_u32(static_cast<uint32_t>(replacement.forgotten.size()));
  for (Offset marker : replacement.forgotten) out.write_i64(marker.value());
  out.write_i8(static_cast<int8_t>(replacement.purpose));
  return std::move(out).take();
}

Result<SegmentReplacement> read_replacement(BytesView body) {
  ByteReader in(body);
  SegmentReplacement replacement{.compacted = Offset(in.read_i64())};
  repeat(in, [&] {
    const Offset base(in.read_i64());
    replacement.out.push_back({base, in.read_u32()});
  });
  repeat(in, [&] { replacement.in.push_back(read_segment(in)); });
  repeat(in, [&] { replacement.forgotten.emplace_back(in.read_i64()); });
  replacement.purpose = static_cast<SegmentReplacement::Purpose>(in.read_i8());
  TRY(in.status());
  if (replacement.purpose > SegmentReplacement::Purpose::end_of_repair) {
    return Error(ErrorCode::corrupt, "segments are replaced for an unknown purpose");
  }
  return replacement;
}

bool apply_replacement(LogRecord& log, const SegmentReplacement& replacement) {
  if (!replacement.out.empty()) {
    const auto from = find_segments(log.segments, replacement.out);
    const auto count = static_cast<std::ptrdiff_t>(replacement.out.size());
    const bool may_be_last = replacement.purpose != SegmentReplacement::Purpose::compaction;
    if (log.segments.end() - from < count + (may_be_last ? 0 : 1)) return false;
    const auto place = log.segments.erase(from, from + count);
    log.segments.insert(place, replacement.in.begin(), replacement.in.end());
  }
  if (replacement.purpose == SegmentReplacement::Purpose::end_of_repair) log.quarantined = false;
  log.compacted = std::max(log.compacted, replacement.compacted);
  std::erase_if(log.aborted, [&](const AbortedTransaction& transaction) {
    return std::ranges::binary_search(replacement.forgotten, transaction.marker);
  });
  return true;
}

}  // namespace tarn::storage
