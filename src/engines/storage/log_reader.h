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
  [[nodiscard]] const Segment& segment_of(Offset offset) const;
  Result<Found> locate(const Segment& segment, const os::File& file, Offset offset) const;
  Result<std::optional<Found>> locate(const Segment& segment, const os::File& file,
                                      Timestamp at) const;
  Result<ReadResult> read_chunk(const os::File& file, const Found& first, size_t bytes) const;
  Status verify(const record::BatchHeader& header, BytesView batch, Offset expected) const;
  [[nodiscard]] LeaderEpoch epoch_at(Offset offset) const;

  const LogView& log_;
};

}  // namespace tarn::storage
