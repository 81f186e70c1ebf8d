// Finds what of a log cannot be read any more, and gives it up when asked to.
//
// Memory: one piece of 1 MiB to read and one to write, or one batch if that is larger. Runs on the
// caller's thread, beside the committer.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "engines/storage/compaction_job.h"
#include "engines/storage/segment_output.h"
#include "engines/storage/segment_replacement.h"
#include "engines/storage/segment_scanner.h"

namespace tarn::storage {

class LogRepair {
 public:
  // Makes a step durable and shows it to readers. False: the log is another by now.
  using Swap = std::function<Result<bool>(const SegmentReplacement&, const SegmentList& in)>;

  // job: all segments of the log.
  LogRepair(os::FileSystem& files, const CompactionJob& job) : files_(files), job_(job) {}

  // Reads all of the log. Errors: of the disk.
  Result<std::vector<Damage>> examine() const;
  // Writes each damaged segment anew, without what is damaged: in its place stands a batch without
  // records, so that no offset means anything else than before. Then the log takes records again.
  // Nobody appends meanwhile. failed_precondition: the log has changed.
  Status repair(const std::vector<Damage>& damages, const Swap& swap) const;

 private:
  using Visit = std::function<Status(const StoredBatch&)>;
  // Every batch that holds, in order; where none does is added to the damages.
  Status examine(size_t segment, const Visit& visit, std::vector<Damage>& damages) const;
  Status rewrite(size_t segment, std::span<const Damage> damages, const Swap& swap) const;

  os::FileSystem& files_;
  const CompactionJob& job_;
};

}  // namespace tarn::storage
