// The durable log engine: many partition logs, one journal, one fdatasync for everybody.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/error.h"
#include "engines/storage/types.h"
#include "platform/os/clock.h"
#include "platform/os/file_system.h"
#include "platform/telemetry/logger.h"
#include "platform/telemetry/metrics.h"

namespace tarn::storage {

struct EngineOptions {
  std::string directory;
  uint64_t journal_file_bytes = 4 << 20;
  size_t journal_files_max = 64;           // the ring; recovery reads at most this much
  size_t cache_bytes_max = 64 << 20;       // tail cache
  uint64_t disk_reserve_bytes = 64 << 20;  // appends are refused when less would stay free
  uint64_t reserve_file_bytes = 4 << 20;   // given back when others have filled the disk
  size_t queue_bytes_max = 64 << 20;       // submitted and not yet durable
  // Segments written since the last checkpoint; each holds a file open. More make a checkpoint come
  // early.
  size_t dirty_segments_max = 256;
  Millis producer_expiration = std::chrono::hours(24);  // by broker time
  size_t compaction_memory_bytes = 16 << 20;            // of keys; one compaction runs at a time
  uint64_t compaction_bytes_per_second = 64 << 20;      // read and written; 0: no limit
  enum class Committer { own_thread, caller } committer = Committer::own_thread;
};

// Whole batches in offset order; the first one contains the wanted offset.
struct ReadResult {
  std::vector<SharedBytes> batches;
  Offset next;  // of the record after the last one
};

// Readers see durable records only. Any thread may call any function; what blocks says so.
class Engine final {
 public:
  using Done = std::move_only_function<void(CommitResult)>;

  // Recovers, and returns when all that it will serve is durable. Errors: failed_precondition (the
  // folder is locked, or of a newer format), corrupt (the journal or the checkpoint is beyond
  // help).
  static Result<std::unique_ptr<Engine>> open(os::FileSystem& files, const os::Clock& clock,
                                              telemetry::Logger logger,
                                              telemetry::MetricRegistry& metrics,
                                              EngineOptions options);
  // Finishes the rounds that are queued and writes a checkpoint: the next start is clean.
  ~Engine();

  LogId allocate_log_id();

  // Transactions of one thread are carried out in the order of their submission; done is called on
  // the committer's thread when all is durable, or refused. When queue_bytes_max is reached the
  // transaction is refused at once with no_space; callers bound what they have under way.
  void submit(Transaction transaction, Done done);
  // For Committer::caller: carries out all that is queued as one round. False: nothing to do.
  bool commit_round();

  [[nodiscard]] std::map<LogId, LogState> logs() const;
  [[nodiscard]] std::optional<LogState> state(LogId log) const;
  [[nodiscard]] std::map<std::string, Bytes> metadata() const;

  // Errors: not_found, out_of_range (below start or above end; at end it is an empty answer),
  // corrupt. At least one batch, then as many as fit into bytes_max. From the tail cache alone,
  // never blocks; none when the disk is needed.
  std::optional<Result<ReadResult>> read_cached(LogId log, Offset from, size_t bytes_max) const;
  // Blocks on the disk.
  Result<ReadResult> read(LogId log, Offset from, size_t bytes_max) const;

  // The first batch that holds a record at or after a time, as its header says; blocks.
  Result<std::optional<SharedBytes>> find_batch_at(LogId log, Timestamp at) const;
  // The epochs of the log, oldest first (KIP-101).
  Result<std::vector<EpochStart>> epochs(LogId log) const;

  // Aborted transactions with records in [from, to), and perhaps some more (KIP-98).
  [[nodiscard]] std::vector<AbortedTransaction> aborted(LogId log, Offset from, Offset to) const;
  // Its idempotent and transactional producers; blocks. Errors: not_found.
  [[nodiscard]] Result<std::vector<ProducerState>> producers(LogId log) const;
  // Of all logs; blocks.
  [[nodiscard]] Result<std::vector<OpenTransaction>> open_transactions() const;

  // Removes segments past their retention, but for those that are held; blocks. To be called from
  // time to time.
  Result<HeldBytes> apply_retention(RetentionHolds holds = {});
  // Compacts the logs that are worth it (LogConfig); blocks, for long, at its own pace. To be
  // called from time to time, and to be stopped before the engine goes. Records that are held stay.
  // A call while another one is under way does nothing. Errors: of the first log that could not be
  // compacted; the others were all the same.
  Result<Compacted> compact(RetentionHolds holds = {}, std::stop_token stop = {});
  // What of the log cannot be read; reads all of it, blocks. A damaged log is quarantined. Errors:
  // not_found, and those of the disk.
  [[nodiscard]] Result<std::vector<Damage>> examine(LogId log) const;
  // Gives up what cannot be read, which it returns, and lifts the quarantine; blocks. The offsets
  // that are lost have no records from then on. failed_precondition: the log is not quarantined.
  Result<std::vector<Damage>> repair(LogId log);
  // Writes a checkpoint now; blocks.
  Status checkpoint();
  // Why appends are refused for lack of space, if they are; asks the disk.
  [[nodiscard]] std::optional<std::string> shortage() const;
  // True after a failed write or fsync: appends are refused until the process is started anew.
  [[nodiscard]] bool stopped() const;

 private:
  class Core;
  explicit Engine(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

}  // namespace tarn::storage
