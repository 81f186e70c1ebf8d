#include "engines/storage/recovery.h"

#include <ranges>
#include <set>

#include "engines/storage/checkpoint_reader.h"
#include "engines/storage/checkpoint_writer.h"
#include "engines/storage/journal_reader.h"
#include "engines/storage/journal_ring.h"
#include "engines/storage/replay.h"
#include "engines/storage/segment.h"

namespace tarn::storage {
namespace {

Status write_checkpoint(os::FileSystem& files, const DirectoryLayout& layout,
                        const Checkpoint& state) {
  CheckpointWriter writer(state.journal, Shutdown::running, state.next_log);
  writer.put_metadata(state.metadata);
  writer.begin_logs(state.logs.size());
  for (const auto& [id, log] : state.logs) writer.put_log(log, log.quarantined);
  return os::replace_file(files, layout.checkpoint, std::move(writer).finish());
}

Result<Checkpoint> make_storage(os::FileSystem& files, const DirectoryLayout& layout,
                                const RecoveryOptions& options) {
  // A crash in an earlier attempt may have come before the sync of a name. The names in the root
  // are made durable together with the checkpoint's.
  TRY(files.sync_directory(os::parent_directory(layout.root)));
  TRY(os::make_directories(files, layout.logs));
  TRY(os::make_directories(files, layout.journal));
  Checkpoint state{.journal = {.salt = options.new_salt}, .next_log = LogId(1)};
  TRY(write_checkpoint(files, layout, state));
  TRY(write_format(files, layout));
  return state;
}

// The paths that the records name, folders and files.
std::set<std::string> known_paths(const DirectoryLayout& layout, const Checkpoint& state) {
  std::set<std::string> known;
  for (const auto& [id, log] : state.logs) {
    const std::string folder = layout.logs + "/" + log_folder(id, log.name);
    known.insert(folder);
    for (const SegmentInfo& segment : log.segments) {
      known.insert(segment_path(folder, segment.name()));
      known.insert(index_path(folder, segment.name()));
    }
  }
  return known;
}

// What no record names was deleted, or never acknowledged. What cannot be removed now is harmless.
void remove_unknown(os::FileSystem& files, const DirectoryLayout& layout, const Checkpoint& state) {
  const std::set<std::string> known = known_paths(layout, state);
  const auto remove_if_unknown = [&](const std::string& path) {
    if (!known.contains(path)) std::ignore = files.remove(path);
  };
  auto folders = files.list(layout.logs);
  if (!folders) return;
  for (const os::DirectoryEntry& folder : *folders) {
    const std::string path = layout.logs + "/" + folder.name;
    auto entries = files.list(path);
    if (!entries) continue;
    for (const os::DirectoryEntry& entry : *entries) remove_if_unknown(path + "/" + entry.name);
    remove_if_unknown(path);
  }
}

}  // namespace

Result<Checkpoint> recover(os::FileSystem& files, const DirectoryLayout& layout,
                           const telemetry::Logger& logger, const RecoveryOptions& options) {
  const auto format = TRY(stored_format(files, layout));
  if (!format) return make_storage(files, layout, options);
  const Bytes content = TRY(os::read_file(files, layout.checkpoint).with_context("recovery"));
  auto read = read_checkpoint(content);
  if (!read) return read.error().with_context("reading " + layout.checkpoint);
  Checkpoint state = *std::move(read);
  // From here on it is nothing for older programs.
  if (*format < kFormatVersion) TRY(write_format(files, layout));
  const auto paths = TRY(JournalRing::list(files, layout.journal));
  const JournalScan scan =
      TRY(scan_journal(files, paths, {state.journal.salt, state.journal.lap, state.journal.round}));
  const bool was_clean = state.clean && scan.rounds.empty();
  state.clean = false;
  state.journal.lap = scan.lap_last;
  if (was_clean) return state;

  Replay replay(files, layout.logs, logger, options.producer_expiration);
  TRY(replay.run(scan, state));
  state.journal.round = scan.number_last;
  for (LogRecord& log : state.logs | std::views::values) apply_epoch_bump(log);
  TRY(write_checkpoint(files, layout, state));
  // After damage nothing is removed: it may be all that is left of something.
  if (!replay.found_damage()) remove_unknown(files, layout, state);
  logger.info(
      "recovered from an unclean shutdown",
      {{"rounds", scan.rounds.size()}, {"batches", replay.batches()}, {"logs", state.logs.size()}});
  return state;
}

}  // namespace tarn::storage
