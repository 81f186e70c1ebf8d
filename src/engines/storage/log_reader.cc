#include "engines/storage/log_reader.h"

#include <algorithm>

#include <fmt/format.h>

#include "engines/storage/stored_batch.h"

namespace tarn::storage {
namespace {

// One read of the disk asks for no more than this, unless a single batch is larger.
constexpr size_t kChunkBytesMax = 8 << 20;

struct WholeBatch {
  record::BatchHeader header;
  SharedBytes bytes;
};
Result<WholeBatch> read_batch(const SharedBytes& chunk, size_t position,
                              const ExpectedBatch& expected) {
  const BytesView rest = chunk.view().subspan(position);
  const auto header = TRY(record::read_batch_header(rest));
  if (header.total_bytes > rest.size()) return Error(ErrorCode::corrupt, "a batch is cut off");
  SharedBytes bytes = chunk.slice(position, header.total_bytes);
  TRY(verify_stored_batch(header, bytes.view(), expected));
  return WholeBatch{header, std::move(bytes)};
}

}  // namespace

size_t LogReader::segment_of(Offset offset) const {
  const SegmentList& segments = *log_.segments;
  const auto after = std::ranges::upper_bound(segments, offset, {},
                                              [](const auto& segment) { return segment->base(); });
  return after == segments.begin() ? 0 : static_cast<size_t>(after - segments.begin()) - 1;
}

Result<std::optional<LogReader::Found>> LogReader::locate(const Segment& segment,
                                                          const os::File& file,
                                                          Offset offset) const {
  const IndexEntry start = TRY(segment.search_start(offset));
  BatchWalker walker(file, start.position, start.offset, segment.offsets());
  while (walker.position() < segment.written_bytes()) {
    const uint64_t position = walker.position();
    auto header = walker.next();
    if (!header) return header.error().with_context(segment.path());
    if (header->next_offset() > offset) return Found{position, *header};
  }
  return std::nullopt;
}

Result<std::optional<LogReader::Found>> LogReader::locate(const Segment& segment,
                                                          const os::File& file,
                                                          Timestamp at) const {
  const IndexEntry start = TRY(segment.search_start(at));
  BatchWalker walker(file, start.position, start.offset, segment.offsets());
  Offset next = start.offset;
  while (next < log_.state.end && walker.position() < segment.written_bytes()) {
    const uint64_t position = walker.position();
    auto header = walker.next();
    if (!header) return header.error().with_context(segment.path());
    next = header->next_offset();
    if (next > log_.state.end) break;
    if (next > log_.state.start && header->max_timestamp >= at) return Found{position, *header};
  }
  return std::nullopt;
}

// Perhaps it is only the index that is wrong.
template <class Wanted>
Result<std::optional<LogReader::Found>> LogReader::find(const Segment& segment,
                                                        const os::File& file, Wanted wanted) const {
  auto found = locate(segment, file, wanted);
  if (found || found.error().code() != ErrorCode::corrupt) return found;
  TRY(segment.rebuild_index());
  return locate(segment, file, wanted);
}

Result<ReadResult> LogReader::read_chunk(const Segment& segment, const os::File& file,
                                         const Found& first, size_t bytes) const {
  const auto buffer = std::make_shared_for_overwrite<std::byte[]>(bytes);
  const std::span space(buffer.get(), bytes);
  const SharedBytes chunk(buffer, space.first(TRY(file.read_at(first.position, space))));
  ReadResult result{.next = first.header.base_offset};
  size_t position = 0;
  while (result.next < log_.state.end) {
    auto found = read_batch(chunk, position,
                            {.base = result.next,
                             .offsets = position == 0 ? Offsets::without_gaps : segment.offsets(),
                             .epochs = *log_.epochs});
    // Cut off, or damaged: whoever goes on from there meets it. What lies before it is read.
    if (!found && position > 0) break;
    const WholeBatch batch = TRY(std::move(found));
    result.batches.push_back(batch.bytes);
    result.next = batch.header.next_offset();
    position += batch.header.total_bytes;
  }
  return result;
}

Result<ReadResult> LogReader::read(Offset from, size_t bytes_max) const {
  const SegmentList& segments = *log_.segments;
  for (size_t i = segment_of(from); i < segments.size(); ++i) {
    const Segment& segment = *segments[i];
    const auto file = TRY(segment.open_for_reading());
    const auto first = TRY(find(segment, *file, from));
    if (!first) continue;
    const uint64_t rest = segment.written_bytes() - first->position;
    const size_t wanted = std::max(std::min(bytes_max, kChunkBytesMax), first->header.total_bytes);
    return read_chunk(segment, *file, *first, std::min<uint64_t>(wanted, rest))
        .with_context(segment.path());
  }
  return Error(ErrorCode::corrupt,
               fmt::format("no batch at or after offset {}, though the log ends at {}",
                           from.value(), log_.state.end.value()));
}

Result<std::optional<SharedBytes>> LogReader::find_at(Timestamp at) const {
  for (const auto& segment : *log_.segments) {
    if (segment->max_timestamp() < at) continue;
    const auto file = TRY(segment->open_for_reading());
    const auto found = TRY(find(*segment, *file, at));
    if (!found) continue;
    auto result = TRY(read_chunk(*segment, *file, *found, found->header.total_bytes));
    return std::move(result.batches.front());
  }
  return std::nullopt;
}

}  // namespace tarn::storage
