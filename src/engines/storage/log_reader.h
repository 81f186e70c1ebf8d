// Reads one log from its segments. What comes from the disk is believed only when length, magic,
// checksum, base offset and epoch hold.
#pragma once

#include <optional>

#include "base/error.h"
#include "engines/storage/engine.h"
#include "engines/storage/log_views.h"

namespace tarn::storage {

class LogReader {
 public:
  explicit LogReader(const LogView& log) : log_(log) {}

  // from lies in [start, end). corrupt: the log is damaged there.
  Result<ReadResult> read(Offset from, size_t bytes_max) const;
  // The first batch with a timestamp at or after `at`.
  Result<std::optional<SharedBytes>> find_at(Timestamp at) const;

 private:
  struct Found {
    uint64_t position = 0;
    record::BatchHeader header;
  };
  // The place in the list of the segment that holds an offset, if any does.
  [[nodiscard]] size_t segment_of(Offset offset) const;
  // None: the offset lies in a gap between this segment and the next one. That is so after any
  // segment: compaction may have left nothing of those behind it.
  Result<std::optional<Found>> locate(const Segment& segment, const os::File& file,
                                      Offset offset) const;
  Result<std::optional<Found>> locate(const Segment& segment, const os::File& file,
                                      Timestamp at) const;
  template <class Wanted>
  Result<std::optional<Found>> find(const Segment& segment, const os::File& file,
                                    Wanted wanted) const;
  Result<ReadResult> read_chunk(const Segment& segment, const os::File& file, const Found& first,
                                size_t bytes) const;

  const LogView& log_;
};

}  // namespace tarn::storage
