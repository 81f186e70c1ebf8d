#include "engines/storage/replay.h"

#include <algorithm>

#include "engines/storage/log_config.h"
#include "engines/storage/segment.h"
#include "engines/storage/segment_replacement.h"

namespace tarn::storage {
namespace {

Error lost_round(const RoundReference& reference) {
  return {ErrorCode::corrupt, reference.path + " changed while it was read: round " +
                                  std::to_string(reference.number) + " is not there any more"};
}

}  // namespace

Status Replay::run(const JournalScan& scan, Checkpoint& state) {
  for (const auto& [id, log] : state.logs) {
    for (const SegmentInfo& segment : log.segments) {
      if (segment.generation == 0) known_bytes_[{id, segment.base}] = segment.bytes;
    }
  }
  if (scan.rounds_lost > 0) {
    found_damage_ = true;
    logger_.error("rounds of the journal are lost, all logs are quarantined",
                  {{"rounds", scan.rounds_lost}});
    for (auto& [id, log] : state.logs) quarantine(log, "a lost round may have held its records");
  }
  TRY(apply_rounds(scan, state));
  TRY(write_batches(scan, state));
  return sync_all();
}

Result<Round> Replay::read(const RoundReference& reference, uint32_t salt) {
  if (content_path_ != reference.path) {
    content_ = TRY(os::read_file(files_, reference.path));
    content_path_ = reference.path;
  }
  if (content_.size() < reference.position) return lost_round(reference);
  auto round = read_round(BytesView(content_).subspan(reference.position), salt);
  if (!round || round->number != reference.number) return lost_round(reference);
  return *std::move(round);
}

Status Replay::apply_rounds(const JournalScan& scan, Checkpoint& state) {
  for (size_t i = 0; i < scan.rounds.size(); ++i) {
    const Round round = TRY(read(scan.rounds[i], state.journal.salt));
    for (size_t j = 0; j < round.entries.size(); ++j) apply(round, i, j, state);
  }
  return {};
}

void Replay::apply(const Round& round, size_t round_index, size_t entry_index, Checkpoint& state) {
  const RoundEntry& entry = round.entries[entry_index];
  const LogId id = entry.header.log;
  const auto found = state.logs.find(id);
  const bool about_log = is_about_log(entry.header.kind);
  if (entry.damaged && !(about_log && found != state.logs.end())) {
    found_damage_ = true;
    logger_.error("an acknowledged entry of the journal is damaged and lost",
                  {{"round", round.number}, {"log_id", id.value()}});
    return;
  }
  if (entry.header.kind == EntryKind::create_log) return apply_create(entry, state);
  if (!about_log) return apply_metadata(entry, state);
  if (found == state.logs.end()) return;  // deleted before the checkpoint
  LogRecord& log = found->second;
  if (entry.damaged) return quarantine(log, "an entry of the journal is damaged");
  if (entry.header.kind == EntryKind::delete_log) {
    state.logs.erase(found);
  } else if (entry.header.kind == EntryKind::configure_log) {
    ByteReader body(entry.body);
    log.config = read_last_log_config(body);
  } else if (entry.header.kind == EntryKind::log_start) {
    apply_log_start(log, std::min(entry.header.base_offset, log.end));
  } else if (entry.header.kind == EntryKind::replace_segments) {
    apply_replacement_entry(log, entry);
  } else {
    apply_append_entry(log, round, entry,
                       {.log = id,
                        .segment_base = entry.header.segment_base,
                        .position = entry.header.position,
                        .round = round_index,
                        .entry = entry_index});
  }
}

void Replay::apply_create(const RoundEntry& entry, Checkpoint& state) {
  ByteReader body(entry.body);
  const LogId id = entry.header.log;
  std::string name = read_text(body);
  const LogConfig config = read_last_log_config(body);
  state.logs.try_emplace(id, new_log(id, std::move(name), config));
  state.next_log = std::max(state.next_log, LogId(id.value() + 1));
}

void Replay::apply_metadata(const RoundEntry& entry, Checkpoint& state) {
  ByteReader body(entry.body);
  std::string key = read_text(body);
  if (entry.header.kind == EntryKind::remove_metadata) {
    state.metadata.erase(key);
  } else {
    const BytesView value = body.read_bytes(body.remaining());
    state.metadata.insert_or_assign(std::move(key), Bytes(value.begin(), value.end()));
  }
}

// Also for a quarantined log, as far as it has the segments: what was replaced is unlinked.
void Replay::apply_replacement_entry(LogRecord& log, const RoundEntry& entry) {
  const auto replacement = read_replacement(entry.body);
  if (replacement && apply_replacement(log, *replacement)) return;
  quarantine(log, "segments that a compaction has replaced are not known");
}

void Replay::apply_append_entry(LogRecord& log, const Round& round, const RoundEntry& entry,
                                Accepted accepted) {
  if (log.quarantined) return;
  const auto header = record::read_batch_header(entry.body);
  const bool continues = !log.segments.empty() &&
                         log.segments.back().name() == SegmentName{accepted.segment_base} &&
                         log.segments.back().bytes == accepted.position;
  const bool begins = accepted.segment_base == log.end && accepted.position == 0;
  if (!header || header->total_bytes != entry.body.size() || header->base_offset != log.end ||
      header->leader_epoch != log.epoch() || !(continues || begins)) {
    return quarantine(log, "records before this round are missing");
  }
  apply_append(log, {accepted.segment_base, accepted.position}, look_at(*header, entry.body),
               round.at, producer_expiration_);
  accepted_.push_back(accepted);
}

Status Replay::write_batches(const JournalScan& scan, Checkpoint& state) {
  Round round;
  size_t round_index = scan.rounds.size();
  for (const Accepted& batch : accepted_) {
    const auto found = state.logs.find(batch.log);
    if (found == state.logs.end()) continue;  // deleted later
    LogRecord& log = found->second;
    const auto segment =
        std::ranges::find(log.segments, SegmentName{batch.segment_base}, &SegmentInfo::name);
    if (segment == log.segments.end()) continue;  // below the log start, or compacted
    os::File* file = TRY(target(log, batch));
    if (file == nullptr) continue;
    if (round_index != batch.round) {
      round = TRY(read(scan.rounds[batch.round], state.journal.salt));
      round_index = batch.round;
    }
    const BytesView bytes = round.entries[batch.entry].body;
    TRY(file->write_at(batch.position, std::span(&bytes, 1)));
    ++batches_;
  }
  return {};
}

Result<os::File*> Replay::target(LogRecord& log, const Accepted& batch) {
  auto [found, is_new] = targets_.try_emplace({batch.log, batch.segment_base});
  Target& target = found->second;
  if (!is_new) return target.file.get();
  target.folder = logs_directory_ + "/" + log_folder(log.id, log.name);
  const std::string path = segment_path(target.folder, {batch.segment_base});
  const auto known = known_bytes_.find({batch.log, batch.segment_base});
  auto opened = files_.open(path, os::OpenMode::read_write);
  if (!opened && opened.error().code() == ErrorCode::not_found) {
    if (known != known_bytes_.end()) {
      quarantine(log, "a segment is missing: " + path);
      return nullptr;
    }
    TRY(os::make_directories(files_, target.folder));
    opened = files_.open(path, os::OpenMode::create_new);
  }
  if (!opened) return opened.error();
  if (known != known_bytes_.end() && TRY((*opened)->size()) < known->second) {
    quarantine(log, "a segment is shorter than it was: " + path);
    return nullptr;
  }
  target.file = *std::move(opened);
  return target.file.get();
}

Status Replay::sync_all() {
  std::set<std::string> folders;
  for (const auto& [key, target] : targets_) {
    if (!target.file) continue;
    TRY(target.file->sync());
    folders.insert(target.folder);
  }
  // A folder may have been made, and its name not been synced, just before the crash. Outer names
  // come first: an inner one is worth nothing without them.
  TRY(files_.sync_directory(logs_directory_));
  for (const std::string& folder : folders) TRY(files_.sync_directory(folder));
  return {};
}

void Replay::quarantine(LogRecord& log, std::string_view why) {
  if (log.quarantined) return;
  log.quarantined = true;
  found_damage_ = true;
  logger_.error(
      "a log is damaged and quarantined: it is read as far as it holds, and takes no "
      "more records",
      {{"log", log.name}, {"log_id", log.id.value()}, {"end", log.end.value()}, {"why", why}});
}

}  // namespace tarn::storage
