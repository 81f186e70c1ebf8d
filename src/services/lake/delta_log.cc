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

Result<DeltaLog::Listing> DeltaLog::list() {
  Listing listing;
  const auto prefix = name("");
  for (const auto& info : TRY(store_.list(prefix))) {
    const auto found =
        table_format::parse_log_name(std::string_view(info.name).substr(prefix.size()));
    if (found.kind == LogName::Kind::entry) listing.entries.push_back(found.version);
    if (found.kind == LogName::Kind::checkpoint) listing.checkpoints.push_back(found.version);
  }
  return listing;
}

Result<DeltaSnapshot> DeltaLog::load() {
  const auto listing = TRY(list());
  const int64_t newest = listing.entries.empty() ? -1 : listing.entries.back();
  const int64_t oldest_entry = listing.entries.empty() ? -1 : listing.entries.front();
  const int64_t checkpoint = listing.checkpoints.empty() ? -1 : listing.checkpoints.back();
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

Status DeltaLog::check_there(int64_t version) {
  const auto entry = name(table_format::entry_name(version));
  for (const auto& file : {entry, name(table_format::checkpoint_name(version))}) {
    if (TRY(store_.head(file))) return {};
  }
  return Error(ErrorCode::not_found,
               entry +
                   " is gone: the folder was removed or unmounted while the table was in use; "
                   "put it back, or start again to write the table anew from its topics");
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
  TRY(os::make_directories(files, staging));
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
  TRY(point_to(checkpoint));
  return files.remove(lines);
}

Status DeltaLog::point_to(const Checkpoint& checkpoint) {
  const auto file = name(std::string(table_format::kLastCheckpointName));
  const auto known = store_.get(file);
  if (known) {
    const auto version = table_format::read_last_checkpoint(as_text(*known));
    if (version && *version > checkpoint.version &&
        TRY(store_.head(name(table_format::checkpoint_name(*version))))) {
      return {};  // another writer was faster
    }
  } else if (known.error().code() != ErrorCode::not_found) {
    return known.error();
  }
  return store_.put(
      file, as_bytes(table_format::write_last_checkpoint(checkpoint.version, checkpoint.actions)));
}

Result<std::optional<Timestamp>> DeltaLog::written_at(int64_t version) {
  const auto actions = read(version);
  if (!actions) {
    if (actions.error().code() == ErrorCode::not_found) return std::optional<Timestamp>();
    return actions.error();
  }
  for (const auto& action : *actions) {
    const auto* info = std::get_if<table_format::CommitInfo>(&action);
    if (info != nullptr && info->timestamp > 0) {
      return std::optional(from_unix_millis(info->timestamp));
    }
  }
  return std::optional<Timestamp>();
}

Result<size_t> DeltaLog::remove_expired(Timestamp before, size_t files_max) {
  const auto listing = TRY(list());
  // Times rise with versions, so halving finds the newest checkpoint that is old enough; one whose
  // time is not known counts as young.
  size_t old_enough = 0;
  for (size_t end = listing.checkpoints.size(); old_enough < end;) {
    const size_t middle = old_enough + (end - old_enough) / 2;
    const auto at = TRY(written_at(listing.checkpoints[middle]));
    if (at && *at < before) {
      old_enough = middle + 1;
    } else {
      end = middle;
    }
  }
  if (old_enough == 0) return size_t{0};
  const int64_t first_kept = listing.checkpoints[old_enough - 1];
  std::vector<std::pair<int64_t, std::string>> expired;
  for (const auto version : listing.entries) {
    if (version < first_kept) expired.emplace_back(version, table_format::entry_name(version));
  }
  for (const auto version : listing.checkpoints) {
    if (version < first_kept) expired.emplace_back(version, table_format::checkpoint_name(version));
  }
  std::ranges::sort(expired);
  if (expired.size() > files_max) expired.resize(files_max);
  for (const auto& [version, file] : expired) TRY(store_.remove(name(file)));
  return expired.size();
}

}  // namespace tarn::lake
