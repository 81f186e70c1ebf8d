// Carries out transactions in rounds: what is queued becomes one write and one sync of the journal,
// whatever it is and however many logs it concerns. What arrives meanwhile is the next round.
//
// All of it runs on one thread at a time: the engine's committer thread, or the caller's.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "engines/storage/checkpointer.h"
#include "engines/storage/compaction_job.h"
#include "engines/storage/disk_reserve.h"
#include "engines/storage/journal_ring.h"
#include "engines/storage/log_views.h"
#include "engines/storage/planner.h"
#include "engines/storage/stop_flag.h"
#include "engines/storage/storage_metrics.h"
#include "engines/storage/submission_queue.h"
#include "engines/storage/tail_cache.h"
#include "engines/storage/worker.h"
#include "platform/os/clock.h"
#include "platform/telemetry/logger.h"

namespace tarn::storage {

// What the committer works with; all outlive it.
struct CommitterParts {
  os::FileSystem& files;
  const os::Clock& clock;
  const telemetry::Logger& logger;
  StorageMetrics& metrics;
  LogViews& views;
  TailCache& cache;
  StopFlag& stop;
  JournalRing& ring;
  DiskReserve& reserve;
  Worker& worker;
  std::atomic<uint64_t>& next_log;
};

class Committer {
 public:
  Committer(CommitterParts parts, const EngineOptions& options, PlannedLogs logs);

  // One round; every submission is answered.
  void commit(std::vector<Submission> submissions);
  // Waits for one that is under way, then writes one.
  Status checkpoint(Shutdown shutdown);
  Result<HeldBytes> apply_retention(const RetentionHolds& holds);
  // What may be compacted now and is worth it, the dirtiest log first.
  [[nodiscard]] std::vector<CompactionJob> compaction_jobs(const RetentionHolds& holds) const;
  // All of its segments. Errors: not_found.
  [[nodiscard]] Result<CompactionJob> repair_job(LogId log) const;
  // A round of its own. False: the log has changed meanwhile, or there is no room for the round.
  Result<bool> replace(LogId log, const SegmentReplacement& replacement, const SegmentList& in);
  [[nodiscard]] Result<std::vector<ProducerState>> producers(LogId log) const;
  [[nodiscard]] std::vector<OpenTransaction> open_transactions() const;
  // The last checkpoint: the next start will be clean.
  Status close();
  // A write or sync has failed: nothing is promised any more. Any thread.
  void stop(const Error& cause);

 private:
  struct Answer {
    Engine::Done done;
    CommitResult result;
  };
  Status run(std::vector<Submission>& submissions, std::vector<Answer>& answers);
  Result<bool> make_room(const std::vector<Submission>& submissions);
  Result<bool> make_room(size_t entries, size_t body_bytes);
  Result<bool> run_replacement(LogId log, const SegmentReplacement& replacement,
                               const SegmentList& in);
  Status stage(std::vector<Submission>& submissions, StagedRound& round,
               std::vector<Answer>& answers);
  Status write(StagedRound& round);
  Status write_segments(const StagedRound& round);
  void publish(StagedRound& round);
  void clean_up(const StagedRound& round);
  void look_after();
  void begin_checkpoint();
  CheckpointWork prepare(Shutdown shutdown);
  // With the reserve, if nothing else is left.
  Status carry_out(const CheckpointWork& work);
  Status finish(const CheckpointWork& work, const Status& done);
  // False when the disk is so full that holds do not count.
  [[nodiscard]] bool may_hold(const RetentionHolds& holds) const;
  void answer_all(std::vector<Answer>& answers);
  void complain(const Refusal& refusal);

  CommitterParts parts_;
  const EngineOptions options_;
  Planner planner_;
  DirtySet dirty_;
  std::atomic<bool> checkpoint_under_way_{false};
  std::atomic<bool> growth_under_way_{false};
  os::MonotonicTime next_complaint_{};  // of lack of space
  // A checkpoint that found the disk full, to be taken up again.
  std::shared_ptr<CheckpointWork> unfinished_;
};

}  // namespace tarn::storage
