// Moves the durability of records from the journal to the segments: syncs what was written since
// the last time, writes the checkpoint, and only then lets journal files be used again.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "engines/storage/checkpoint_format.h"
#include "engines/storage/checkpoint_writer.h"
#include "engines/storage/journal_ring.h"
#include "engines/storage/log_views.h"
#include "engines/storage/segment.h"
#include "engines/storage/staged_round.h"

namespace tarn::storage {

// A checkpoint ready to be carried out: all it needs, so that rounds may go on meanwhile.
struct CheckpointWork {
  JournalPoint point;
  Bytes content;
  std::set<std::shared_ptr<Segment>> dirty;
  std::vector<std::shared_ptr<os::File>> open_files;  // of the dirty segments
  std::set<std::string> folders;                      // where files were made
};

// Syncs, then writes. resource_exhausted: the disk is full, nothing is lost, try again later. Any
// other error: no more promises can be made.
Status carry_out(os::FileSystem& files, const std::string& directory, const CheckpointWork& work);

// What has been written since the last checkpoint. Owned by the committer.
class DirtySet {
 public:
  void add(const StagedBatch& batch);
  // Files that are about to be unlinked.
  void forget(const std::shared_ptr<Segment>& segment);
  void forget_folder(const std::string& folder);

  // Moves everything into the work. Closes the files that the work before this one has synced and
  // that nobody has written to since.
  void move_to(CheckpointWork& work);
  // The work could not be carried out.
  void take_back(const CheckpointWork& work);
  // Logs without bound would keep files without bound open.
  [[nodiscard]] size_t size() const { return segments_.size(); }

 private:
  std::set<std::shared_ptr<Segment>> segments_;
  std::set<std::string> folders_;
  std::set<std::shared_ptr<Segment>> synced_;
};

Bytes encode_checkpoint(const JournalPoint& point, Shutdown shutdown, LogId next_log,
                        const PlannedLogs& logs, const LogViews& views);

}  // namespace tarn::storage
