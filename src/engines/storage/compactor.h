// Compacts one log: of each key only the latest record stays, at its offset.
//
// Memory: the map of keys (memory_bytes), one piece of 1 MiB to read and one to write, and one
// batch, unfolded. When the uncompacted part has more keys than the map takes, only its beginning
// is compacted; the rest is left for the next time.
//
// Runs on the caller's thread, beside the committer, and touches only sealed segments; group by
// group it writes a new file and asks for the swap. It may end at any moment.
#pragma once

#include <functional>

#include "engines/storage/batch_cleaner.h"
#include "engines/storage/compaction_job.h"
#include "engines/storage/segment_output.h"
#include "engines/storage/segment_replacement.h"

namespace tarn::storage {

struct CompactorOptions {
  size_t memory_bytes = 0;
  uint64_t bytes_per_second = 0;
  uint64_t disk_reserve_bytes = 0;
  SipKey secret;
  Timestamp now;
};

class Compactor {
 public:
  // Makes the change durable and shows it to readers, the files of replacement.in given. False: the
  // log is another by now.
  using Swap = std::function<Result<bool>(const SegmentReplacement&, const SegmentList& in)>;

  Compactor(os::FileSystem& files, const CompactionJob& job, CompactorOptions options,
            std::stop_token stop, Swap swap);

  // Errors: cancelled; corrupt or not_found, when a segment is damaged or gone; resource_exhausted.
  // What was swapped before the error stays.
  Status run();
  // Also after an error.
  [[nodiscard]] const Compacted& done() const { return done_; }
  [[nodiscard]] bool has_failed_to_write() const { return has_failed_to_write_; }

 private:
  // Neighbours that become one segment.
  struct Group {
    size_t first = 0;
    size_t end = 0;
    bool is_last = false;
  };
  // Fills the map; returns how far.
  Result<Offset> map_keys();
  Result<bool> map_batch(const StoredBatch& batch);
  [[nodiscard]] Group group_from(size_t first, Offset mapped_to) const;
  Result<bool> compact(const Group& group, Offset mapped_to, BatchCleaner& cleaner);
  // Would cleaning change this segment? If not, the cleaner has seen all of it.
  Result<bool> changes(size_t segment, BatchCleaner& cleaner);
  Status copy(const Group& group, BatchCleaner& cleaner, SegmentOutput& output,
              SegmentReplacement& replacement);
  Result<bool> swap(const Group& group, SegmentOutput& output, SegmentReplacement replacement);
  [[nodiscard]] SegmentInfo info_of(const Group& group) const;
  [[nodiscard]] Status check_space(uint64_t bytes) const;
  Result<SegmentScanner> scan(size_t segment) const;
  // The next batch, at the pace of the work.
  Result<std::optional<StoredBatch>> next(SegmentScanner& scanner);

  os::FileSystem& files_;
  const CompactionJob& job_;
  const CompactorOptions options_;
  CompactionPace pace_;
  const Swap swap_;
  const AbortedBatches aborted_;
  KeyMap keys_;
  Compacted done_;
  bool has_failed_to_write_ = false;
};

}  // namespace tarn::storage
