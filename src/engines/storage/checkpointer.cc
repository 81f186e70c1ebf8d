#include "engines/storage/checkpointer.h"

namespace tarn::storage {

Status carry_out(os::FileSystem& files, const std::string& directory, const CheckpointWork& work) {
  for (const auto& file : work.open_files) {
    if (auto synced = file->sync(); !synced) {
      return Error(ErrorCode::internal, synced.error().message());
    }
  }
  // The names of new segments: a segment without its name is lost.
  for (const std::string& folder : work.folders) {
    auto synced = files.sync_directory(folder);
    if (!synced && synced.error().code() != ErrorCode::not_found) {  // its log was deleted since
      return Error(ErrorCode::internal, synced.error().message());
    }
  }
  return os::replace_file(files, directory + "/" + kCheckpointFile, work.content);
}

void DirtySet::add(const StagedBatch& batch) {
  segments_.insert(batch.segment);
  if (batch.position != 0) return;
  folders_.insert(batch.segment->folder());
  folders_.insert(os::parent_directory(batch.segment->folder()));
}

void DirtySet::forget(const std::shared_ptr<Segment>& segment) {
  segments_.erase(segment);
  synced_.erase(segment);
}

void DirtySet::forget_folder(const std::string& folder) {
  folders_.erase(folder);
}

void DirtySet::move_to(CheckpointWork& work) {
  for (const auto& segment : synced_) {
    if (!segments_.contains(segment)) segment->close();
  }
  for (const auto& segment : segments_) {
    if (auto file = segment->file()) work.open_files.push_back(std::move(file));
  }
  synced_ = segments_;
  work.dirty = std::move(segments_);
  work.folders = std::move(folders_);
  segments_.clear();
  folders_.clear();
}

void DirtySet::take_back(const CheckpointWork& work) {
  segments_.insert(work.dirty.begin(), work.dirty.end());
  folders_.insert(work.folders.begin(), work.folders.end());
}

Bytes encode_checkpoint(const JournalPoint& point, Shutdown shutdown, LogId next_log,
                        const PlannedLogs& logs, const LogViews& views) {
  CheckpointWriter writer(point, shutdown, next_log);
  writer.put_metadata(views.metadata());
  writer.begin_logs(logs.size());
  for (const auto& [id, log] : logs) writer.put_log(log->record, views.is_quarantined(id));
  return std::move(writer).finish();
}

}  // namespace tarn::storage
