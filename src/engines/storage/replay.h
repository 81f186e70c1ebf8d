// The rounds after a checkpoint, carried out again: first on the records of the logs, in order;
// then each accepted batch is written at its recorded place.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "engines/storage/checkpoint_format.h"
#include "engines/storage/journal_reader.h"
#include "platform/os/file_system.h"
#include "platform/telemetry/logger.h"

namespace tarn::storage {

class Replay {
 public:
  Replay(os::FileSystem& files, std::string logs_directory, const telemetry::Logger& logger,
         Millis producer_expiration)
      : files_(files),
        logs_directory_(std::move(logs_directory)),
        logger_(logger),
        producer_expiration_(producer_expiration) {}

  // state becomes what it was after the last round. Writes the batches and syncs their files and
  // folders. A log that lacks something acknowledged is quarantined and named to the logger.
  Status run(const JournalScan& scan, Checkpoint& state);

  [[nodiscard]] size_t batches() const { return batches_; }
  [[nodiscard]] bool found_damage() const { return found_damage_; }

 private:
  struct Accepted {
    LogId log;
    Offset segment_base;
    uint64_t position = 0;
    size_t round = 0;  // of the scan
    size_t entry = 0;
  };
  struct Target {
    std::shared_ptr<os::File> file;
    std::string folder;
  };

  Status apply_rounds(const JournalScan& scan, Checkpoint& state);
  void apply(const Round& round, size_t round_index, size_t entry_index, Checkpoint& state);
  static void apply_create(const RoundEntry& entry, Checkpoint& state);
  static void apply_metadata(const RoundEntry& entry, Checkpoint& state);
  void apply_replacement_entry(LogRecord& log, const RoundEntry& entry);
  void apply_append_entry(LogRecord& log, const Round& round, const RoundEntry& entry,
                          Accepted accepted);
  Status write_batches(const JournalScan& scan, Checkpoint& state);
  // None: the log is damaged below the checkpoint, and quarantined now.
  Result<os::File*> target(LogRecord& log, const Accepted& batch);
  Status sync_all();
  void quarantine(LogRecord& log, std::string_view why);
  Result<Round> read(const RoundReference& reference, uint32_t salt);

  os::FileSystem& files_;
  const std::string logs_directory_;
  const telemetry::Logger& logger_;
  const Millis producer_expiration_;
  std::vector<Accepted> accepted_;
  std::map<std::pair<LogId, Offset>, Target> targets_;
  std::map<std::pair<LogId, Offset>, uint64_t> known_bytes_;  // of segments, at the checkpoint
  size_t batches_ = 0;
  bool found_damage_ = false;
  // The journal file read last.
  std::string content_path_;
  Bytes content_;
};

}  // namespace tarn::storage
