#include "engines/storage/segment_scanner.h"

#include <algorithm>

#include <fmt/format.h>

namespace tarn::storage {
namespace {

constexpr uint64_t kPieceBytes = 1 << 20;
constexpr size_t kMagicPosition = 16;  // batch_header.h
constexpr std::byte kMagic{2};

}  // namespace

Result<SegmentScanner> SegmentScanner::open(const Segment& segment, uint64_t bytes, Offset end,
                                            std::span<const EpochStart> epochs) {
  auto file = TRY(segment.open_for_reading());
  return SegmentScanner(std::move(file), segment.path(), bytes, end,
                        {.base = segment.base(), .offsets = segment.offsets(), .epochs = epochs});
}

SegmentScanner::SegmentScanner(std::shared_ptr<os::File> file, std::string path, uint64_t bytes,
                               Offset end, ExpectedBatch expected)
    : file_(std::move(file)),
      path_(std::move(path)),
      bytes_(bytes),
      end_(end),
      expected_(expected) {}

Result<std::optional<StoredBatch>> SegmentScanner::next() {
  if (position_ == bytes_) return std::nullopt;
  auto batch = read_batch();
  if (!batch) return batch.error().with_context(fmt::format("{} at {}", path_, position_));
  return advance(*batch);
}

Result<std::optional<StoredBatch>> SegmentScanner::find_next() {
  expected_.offsets = Offsets::with_gaps;
  while (++position_ < bytes_) {
    if (!TRY(looks_like_a_batch())) continue;
    const auto batch = read_batch();
    if (batch) return advance(*batch);
    if (batch.error().code() != ErrorCode::corrupt) return batch.error();
  }
  position_ = bytes_;
  return std::nullopt;
}

std::optional<StoredBatch> SegmentScanner::advance(const StoredBatch& over) {
  position_ += over.header.total_bytes;
  expected_.base = over.header.next_offset();
  return over;
}

Result<bool> SegmentScanner::looks_like_a_batch() {
  const uint64_t left = bytes_ - position_;
  const BytesView head =
      TRY(bytes_at(position_, std::min<uint64_t>(left, record::kBatchHeaderBytes)));
  if (head.size() < record::kBatchHeaderBytes || head[kMagicPosition] != kMagic) return false;
  const Offset base(ByteReader(head).read_i64());
  return base >= expected_.base && base < end_;
}

Result<StoredBatch> SegmentScanner::read_batch() {
  const uint64_t left = bytes_ - position_;
  const uint64_t head = std::min<uint64_t>(left, record::kBatchHeaderBytes);
  StoredBatch batch{.header = TRY(record::read_batch_header(TRY(bytes_at(position_, head)))),
                    .bytes = {}};
  if (batch.header.total_bytes > left || batch.header.next_offset() > end_) {
    return Error(ErrorCode::corrupt, "a batch reaches beyond the end of its segment");
  }
  batch.bytes = TRY(bytes_at(position_, batch.header.total_bytes));
  TRY(verify_stored_batch(batch.header, batch.bytes, expected_));
  return batch;
}

Result<BytesView> SegmentScanner::bytes_at(uint64_t position, uint64_t count) {
  const bool inside =
      position >= piece_position_ && position + count <= piece_position_ + piece_.size();
  if (!inside) {
    piece_.resize(std::min(std::max(kPieceBytes, count), bytes_ - position));
    piece_.resize(TRY(file_->read_at(position, piece_)));
    piece_position_ = position;
    read_bytes_ += piece_.size();
  }
  const BytesView rest = BytesView(piece_).subspan(position - piece_position_);
  return rest.first(std::min<uint64_t>(count, rest.size()));
}

}  // namespace tarn::storage
