// Decides about transactions: checks them, reserves space, assigns offsets, and stages what is to
// be written. After it nothing may fail but the disk itself. Owned by the committer.
#pragma once

#include <functional>
#include <vector>

#include "engines/storage/log_views.h"
#include "engines/storage/segment_replacement.h"
#include "engines/storage/staged_round.h"
#include "platform/os/file_system.h"

namespace tarn::storage {

struct PlannerOptions {
  std::string directory;  // of the logs' folders
  uint64_t disk_reserve_bytes = 0;
  Millis producer_expiration{};
};

class Planner {
 public:
  Planner(os::FileSystem& files, const LogViews& views, PlannerOptions options)
      : files_(files), views_(views), options_(std::move(options)) {}

  // A refused transaction leaves no trace in the round. The outer error is a failure of the disk
  // that stops the engine.
  Result<CommitResult> stage(Transaction& transaction, StagedRound& round);

  // False: the log is not what it was when its compaction began. in: the files of replacement.in.
  bool stage(LogId log, const SegmentReplacement& replacement, const SegmentList& in,
             StagedRound& round);

  [[nodiscard]] PlannedLogs& logs() { return logs_; }
  [[nodiscard]] const PlannedLogs& logs() const { return logs_; }

 private:
  using Refused = std::optional<Refusal>;
  Result<Refused> stage_step(Step& step, StagedRound& round, Committed& done);
  Result<Refused> stage_step(CreateLog& step, StagedRound& round, Committed& done);
  Result<Refused> stage_step(DeleteLog& step, StagedRound& round, Committed& done);
  Result<Refused> stage_step(ConfigureLog& step, StagedRound& round, Committed& done);
  Result<Refused> stage_step(Append& step, StagedRound& round, Committed& done);
  Result<Refused> stage_step(SetLogStart& step, StagedRound& round, Committed& done);
  Result<Refused> stage_step(PutMetadata& step, StagedRound& round, Committed& done);

  Result<Refused> reserve(PlannedLog& log, const Placement& place, uint64_t bytes,
                          StagedRound& round);
  Status reserve_chunk(Segment& segment, uint64_t bytes, uint64_t segment_bytes_max);
  void undo_later(std::function<void()> action) { undo_.push_back(std::move(action)); }
  [[nodiscard]] std::shared_ptr<PlannedLog> find(LogId log) const;

  os::FileSystem& files_;
  const LogViews& views_;
  const PlannerOptions options_;
  PlannedLogs logs_;
  std::vector<std::function<void()>> undo_;  // of the transaction that is being staged
};

}  // namespace tarn::storage
