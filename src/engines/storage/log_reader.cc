#include "engines/storage/log_reader.h"

#include <algorithm>

#include <fmt/format.h>

#include "engines/storage/batch_walker.h"

namespace tarn::storage {
namespace {

// One read of the disk asks for no more than this, unless a single batch is larger.
constexpr size_t kChunkBytesMax = 8 << 20;

}  // namespace

const Segment& LogReader::segment_of(Offset offset) const {
  const SegmentList& segments = *log_.segments;
  const auto after = std::ranges::upper_bound(segments, offset, {},
                                              [](const auto& segment) { return segment->base(); });
  return after == segments.begin() ? *segments.front() : **std::prev(after);
}

LeaderEpoch LogReader::epoch_at(Offset offset) const {
  const auto after = std::ranges::upper_bound(*log_.epochs, offset, {}, &EpochStart::start);
  return after == log_.epochs->begin() ? log_.epochs->front().epoch : std::prev(after)->epoch;
}

Status LogReader::verify(const record::BatchHeader& header, BytesView batch,
                         Offset expected) const {
  if (header.base_offset != expected) {
    return Error(ErrorCode::corrupt, fmt::format("offset {} in the place of {}",
                                                 header.base_offset.value(), expected.value()));
  }
  if (header.leader_epoch != epoch_at(expected)) {
    return Error(ErrorCode::corrupt,
                 fmt::format("offset {} has epoch {} instead of {}", expected.value(),
                             header.leader_epoch.value(), epoch_at(expected).value()));
  }
  return record::verify_batch_crc(header, batch)
      .with_context(fmt::format("offset {}", expected.value()));
}

Result<LogReader::Found> LogReader::locate(const Segment& segment, const os::File& file,
                                           Offset offset) const {
  const IndexEntry start = TRY(segment.search_start(offset));
  BatchWalker walker(file, start.position, start.offset);
  while (true) {
    const uint64_t position = walker.position();
    auto header = walker.next();
    if (!header) return header.error().with_context(segment.path());
    if (header->next_offset() > offset) return Found{position, *header};
  }
}

Result<std::optional<LogReader::Found>> LogReader::locate(const Segment& segment,
                                                          const os::File& file,
                                                          Timestamp at) const {
  const IndexEntry start = TRY(segment.search_start(at));
  BatchWalker walker(file, start.position, start.offset);
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

Result<ReadResult> LogReader::read_chunk(const os::File& file, const Found& first,
                                         size_t bytes) const {
  Bytes buffer(bytes);
  buffer.resize(TRY(file.read_at(first.position, buffer)));
  const SharedBytes chunk(std::move(buffer));
  ReadResult result{.next = first.header.base_offset};
  size_t position = 0;
  while (result.next < log_.state.end) {
    const BytesView rest = chunk.view().subspan(position);
    if (rest.size() < record::kBatchHeaderBytes && position > 0) break;
    const auto header = TRY(record::read_batch_header(rest));
    if (header.total_bytes > rest.size() && position > 0) break;
    const SharedBytes batch = chunk.slice(position, std::min(header.total_bytes, rest.size()));
    TRY(verify(header, batch.view(), result.next));
    result.batches.push_back(batch);
    result.next = header.next_offset();
    position += header.total_bytes;
  }
  return result;
}

Result<ReadResult> LogReader::read(Offset from, size_t bytes_max) const {
  const Segment& segment = segment_of(from);
  const auto file = TRY(segment.open_for_reading());
  auto first = locate(segment, *file, from);
  if (!first && first.error().code() == ErrorCode::corrupt) {
    // Perhaps it is only the index that is wrong.
    TRY(segment.rebuild_index());
    first = locate(segment, *file, from);
  }
  if (!first) return first.error();
  const uint64_t rest = segment.written_bytes() - first->position;
  const size_t wanted = std::max(std::min(bytes_max, kChunkBytesMax), first->header.total_bytes);
  return read_chunk(*file, *first, std::min<uint64_t>(wanted, rest)).with_context(segment.path());
}

Result<std::optional<SharedBytes>> LogReader::find_at(Timestamp at) const {
  for (const auto& segment : *log_.segments) {
    if (segment->max_timestamp() < at) continue;
    const auto file = TRY(segment->open_for_reading());
    auto found = locate(*segment, *file, at);
    if (!found && found.error().code() == ErrorCode::corrupt) {
      TRY(segment->rebuild_index());
      found = locate(*segment, *file, at);
    }
    if (!found) return found.error();
    if (!*found) continue;
    const Found& batch = **found;
    auto result = TRY(read_chunk(*file, batch, batch.header.total_bytes));
    return std::move(result.batches.front());
  }
  return std::nullopt;
}

}  // namespace tarn::storage
