#include "engines/storage/batch_walker.h"

#include <fmt/format.h>

namespace tarn::storage {

Result<BytesView> BatchWalker::header_bytes() {
  const bool inside = position_ >= window_position_ &&
                      position_ + record::kBatchHeaderBytes <= window_position_ + window_.size();
  if (!inside) {
    window_.resize(kWindowBytes);
    window_.resize(TRY(file_.read_at(position_, window_)));
    window_position_ = position_;
  }
  const BytesView window(window_);
  return window.subspan(position_ - window_position_);
}

Result<record::BatchHeader> BatchWalker::next() {
  auto header = record::read_batch_header(TRY(header_bytes()));
  if (!header) return header.error().with_context(fmt::format("position {}", position_));
  const bool fits = may_skip_ ? header->base_offset >= expected_ : header->base_offset == expected_;
  if (!fits) {
    return Error(ErrorCode::corrupt,
                 fmt::format("position {} holds offset {} instead of {}", position_,
                             header->base_offset.value(), expected_.value()));
  }
  position_ += header->total_bytes;
  expected_ = header->next_offset();
  may_skip_ = offsets_ == Offsets::with_gaps;
  return header;
}

}  // namespace tarn::storage
