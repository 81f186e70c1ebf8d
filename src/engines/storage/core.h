// What an Engine is made of, and its threads.
#pragma once

#include <atomic>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "engines/storage/committer.h"
#include "engines/storage/engine.h"
#include "engines/storage/log_reader.h"
#include "platform/os/file_lock.h"

namespace tarn::storage {

class Engine::Core {
 public:
  // Everything that recovery has found.
  struct Start {
    os::FileLock lock;
    std::unique_ptr<DiskReserve> reserve;
    Checkpoint state;
    std::unique_ptr<JournalRing> ring;
  };
  Core(os::FileSystem& files, const os::Clock& clock, telemetry::Logger logger,
       telemetry::MetricRegistry& metrics, EngineOptions options, Start start);
  ~Core();

  LogId allocate_log_id() { return LogId(next_log_.fetch_add(1)); }
  void submit(Transaction transaction, Done done);
  bool commit_round();
  Status checkpoint();
  Result<HeldBytes> apply_retention(RetentionHolds holds);
  Result<Compacted> compact(RetentionHolds holds, std::stop_token stop);
  Result<std::vector<Damage>> examine(LogId log);
  Result<std::vector<Damage>> repair(LogId log);
  Result<std::vector<ProducerState>> producers(LogId log);
  Result<std::vector<OpenTransaction>> open_transactions();
  [[nodiscard]] std::optional<std::string> shortage() const;
  [[nodiscard]] bool stopped() const { return stop_.is_set(); }

  [[nodiscard]] const LogViews& views() const { return views_; }
  std::optional<Result<ReadResult>> read_cached(LogId log, Offset from, size_t bytes_max);
  Result<ReadResult> read(LogId log, Offset from, size_t bytes_max);
  Result<std::optional<SharedBytes>> find_batch_at(LogId log, Timestamp at);

 private:
  struct Request {
    std::function<Status()> action;
    std::promise<Status> done;
  };

  Result<LogView> view(LogId log, Offset from) const;
  Status compact_log(const CompactionJob& job, const std::stop_token& stop, Compacted& total);
  Result<bool> replace(LogId log, const SegmentReplacement& replacement, const SegmentList& in);
  Result<CompactionJob> repair_job(LogId log);
  // The reader looked for segments that a compaction has replaced since.
  [[nodiscard]] bool is_outdated(LogId log, const LogView& seen, const Error& error) const;
  // What to tell of an error met while reading: a log that was deleted meanwhile is not damaged.
  Error judge(LogId log, Offset from, const Error& error);
  void quarantine(LogId log, const std::string& name, const Error& error);
  void count_quarantined();
  void run_committer();
  void commit(std::vector<Submission> submissions);
  // Between two rounds, on the thread that commits; waits for it.
  Status run_between_rounds(std::function<Status()> action);
  void answer_requests();
  [[nodiscard]] bool is_own_thread() const {
    return options_.committer == EngineOptions::Committer::own_thread;
  }

  os::FileSystem& files_;
  const os::Clock& clock_;
  const telemetry::Logger logger_;
  const EngineOptions options_;
  os::FileLock lock_;
  std::unique_ptr<DiskReserve> reserve_;
  StorageMetrics metrics_;
  LogViews views_;
  TailCache cache_;
  StopFlag stop_;
  std::atomic<uint64_t> next_log_;
  std::unique_ptr<JournalRing> ring_;
  SubmissionQueue queue_;
  std::mutex compaction_mutex_;  // one at a time
  std::mutex requests_mutex_;
  std::vector<Request> requests_;
  Worker worker_;
  Committer committer_;
  std::thread thread_;  // last: it uses the others
};

}  // namespace tarn::storage
