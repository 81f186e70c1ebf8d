#include "services/lake/delta_log.h"

#include <algorithm>

#include "formats/table_format/delta_entry.h"
#include "formats/table_format/delta_paths.h"

namespace tarn::lake {

using table_format::Action;
using table_format::DeltaSnapshot;
using table_format::LogName;

DeltaLog::DeltaLog(objectstore::ObjectStore& store, ColumnFiles& columns, std::string table_folder)
    : store_(store), columns_(columns), folder_(std::move(table_folder)) {}

std::string DeltaLog::name(const std::string& file) const {
  return folder_ + "/" + std::string(table_format::kLogFolder) + "/" + file;
}

std::string DeltaLog::Entry::transaction_id() const {
  for (const auto& action : actions) {
    if (const auto* info = std::get_if<table_format::CommitInfo>(&action)) {
      return info->transaction_id;
    }
  }
  return {};
}

Result<std::vector<Action>> DeltaLog::read(int64_t version) {
  const auto file = name(table_format::entry_name(version));
  const auto text = TRY(store_.get(file));
  return table_format::read_entry(as_text(text)).with_context("reading " + file);
}

Status DeltaLog::load_checkpoint(int64_t version, DeltaSnapshot& snapshot) {
  const auto file = store_.location(name(table_format::checkpoint_name(version)));
  const auto lines = TRY(columns_.read_checkpoint(file).with_context("reading " + file));
  snapshot.apply(version, TRY(table_format::read_entry(lines).with_context("reading " + file)));
  return {};
}

Result<DeltaSnapshot> DeltaLog::load() {
  int64_t newest = -1;
  int64_t oldest_entry = -1;
  int64_t checkpoint = -1;
  const auto prefix = name("");
  for (const auto& info : TRY(store_.list(prefix))) {
    const auto found =
        table_format::parse_log_name(std::string_view(info.name).substr(prefix.size()));
    if (found.kind == LogName::Kind::entry) {
      if (oldest_entry < 0) oldest_entry = found.version;
      newest = std::max(newest, found.version);
    }
    if (found.kind == LogName::Kind::checkpoint) checkpoint = std::max(checkpoint, found.version);
  }
  DeltaSnapshot snapshot;
  if (checkpoint >= 0) {
    TRY(load_checkpoint(checkpoint, snapshot));
  } else if (oldest_entry > 0) {
    return Error(ErrorCode::corrupt, folder_ + ": the log begins with version " +
                                         std::to_string(oldest_entry) +
                                         " and has no checkpoint in one file");
  }
  while (snapshot.version() < newest) {
    const int64_t version = snapshot.version() + 1;
    auto actions = read(version);
    if (!actions && actions.error().code() == ErrorCode::not_found) {
      return Error(ErrorCode::corrupt,
                   folder_ + ": the log misses version " + std::to_string(version));
    }
    snapshot.apply(version, TRY(std::move(actions)));
  }
  return snapshot;
}

Result<std::vector<DeltaLog::Entry>> DeltaLog::entries_after(int64_t version) {
  std::vector<Entry> entries;
  for (;;) {
    auto actions = read(++version);
    if (!actions && actions.error().code() == ErrorCode::not_found) return entries;
    entries.push_back({.version = version, .actions = TRY(std::move(actions))});
  }
}

Status DeltaLog::append(int64_t version, const std::vector<Action>& actions) {
  return store_.put_if_absent(name(table_format::entry_name(version)),
                              as_bytes(table_format::write_entry(actions)));
}

Status DeltaLog::write_checkpoint(const Checkpoint& checkpoint, os::FileSystem& files,
                                  const std::string& staging) {
  TRY(files.make_directories(staging));
  const auto lines = staging + "/checkpoint.json";
  const auto parquet = staging + "/checkpoint.parquet";
  for (const auto& leftover : {lines, parquet}) {
    if (auto removed = files.remove(leftover);
        !removed && removed.error().code() != ErrorCode::not_found) {
      return removed;
    }
  }
  TRY(os::replace_file(files, lines, as_bytes(checkpoint.lines)));
  TRY(columns_.write_checkpoint(lines, parquet));
  auto published = store_.publish(parquet, name(table_format::checkpoint_name(checkpoint.version)));
  // Somebody else wrote it: as good as ours.
  if (!published && published.error().code() != ErrorCode::already_exists) return published;
  TRY(store_.put(
      name(std::string(table_format::kLastCheckpointName)),
      as_bytes(table_format::write_last_checkpoint(checkpoint.version, checkpoint.actions))));
  return files.remove(lines);
}

}  // namespace tarn::lake
