// A segment that a compaction writes, beside those that it will replace. Nobody knows of it before
// the swap; a leftover of its name is overwritten.
#pragma once

#include <memory>

#include "engines/storage/compaction_pace.h"
#include "engines/storage/segment.h"

namespace tarn::storage {

class SegmentOutput {
 public:
  // info: its name, and the times of the segments that it replaces.
  SegmentOutput(os::FileSystem& files, std::string folder, const SegmentInfo& info,
                uint32_t index_interval_bytes, CompactionPace& pace);

  // In order. The file is made with the first batch.
  Status add(const record::BatchHeader& header, BytesView batch);
  // Everything is on the disk, the name too, before this returns.
  Status finish();
  // Removes what was written.
  void abandon();

  [[nodiscard]] bool empty() const { return info_.bytes == 0; }
  [[nodiscard]] const SegmentInfo& info() const { return info_; }
  [[nodiscard]] const std::shared_ptr<Segment>& segment() const { return segment_; }
  // An error of add() or finish() was one of writing: the disk is not to be trusted any more.
  [[nodiscard]] bool has_failed() const { return has_failed_; }

 private:
  Status write();
  Status sync();
  Status note(Status done);

  os::FileSystem& files_;
  SegmentInfo info_;
  CompactionPace& pace_;
  std::shared_ptr<Segment> segment_;
  Bytes waiting_;  // the end of the segment, not written yet
  uint64_t unsynced_bytes_ = 0;
  bool has_failed_ = false;
};

}  // namespace tarn::storage
