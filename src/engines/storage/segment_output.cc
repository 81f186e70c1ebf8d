#include "engines/storage/segment_output.h"

#include <algorithm>
#include <utility>

namespace tarn::storage {
namespace {

constexpr size_t kWriteBytes = 1 << 20;
// So that the disk never has much to write back at once while commits wait for it.
constexpr uint64_t kSyncBytes = 8 << 20;

}  // namespace

SegmentOutput::SegmentOutput(os::FileSystem& files, std::string folder, const SegmentInfo& info,
                             uint32_t index_interval_bytes, CompactionPace& pace)
    : files_(files),
      info_(info),
      pace_(pace),
      segment_(std::make_shared<Segment>(
          files, std::move(folder), SegmentInfo{.base = info.base, .generation = info.generation},
          index_interval_bytes)) {
  info_.bytes = 0;
}

Status SegmentOutput::add(const record::BatchHeader& header, BytesView batch) {
  if (empty()) TRY(note(segment_->open_for_writing()));
  segment_->add_to_index(header, info_.bytes);
  info_.bytes += batch.size();
  info_.max_timestamp = segment_->max_timestamp();
  waiting_.insert(waiting_.end(), batch.begin(), batch.end());
  return waiting_.size() < kWriteBytes ? Status() : write();
}

Status SegmentOutput::write() {
  const BytesView part(waiting_);
  TRY(note(segment_->write(info_.bytes - part.size(), std::span(&part, 1))));
  unsynced_bytes_ += part.size();
  const uint64_t written = part.size();
  waiting_.clear();
  if (unsynced_bytes_ >= kSyncBytes) TRY(sync());
  return pace_.spend(written);
}

Status SegmentOutput::sync() {
  unsynced_bytes_ = 0;
  return note(segment_->file()->sync());
}

Status SegmentOutput::finish() {
  TRY(write());
  TRY(sync());
  TRY(note(files_.sync_directory(segment_->folder())));
  segment_->save_index();
  segment_->close();
  return {};
}

void SegmentOutput::abandon() {
  if (empty()) return;
  segment_->close();
  // What stays is removed by the next recovery, or overwritten by the next attempt.
  std::ignore = files_.remove(segment_->path());
  std::ignore = files_.remove(segment_->path_of_index());
}

Status SegmentOutput::note(Status done) {
  if (!done && done.error().code() != ErrorCode::resource_exhausted) has_failed_ = true;
  return done;
}

}  // namespace tarn::storage
