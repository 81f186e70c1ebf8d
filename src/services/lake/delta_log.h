// The log of one Delta table in an object store.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "engines/objectstore/object_store.h"
#include "formats/table_format/delta_snapshot.h"
#include "platform/os/file_system.h"
#include "services/lake/column_files.h"

namespace tarn::lake {

// All calls block.
class DeltaLog {
 public:
  DeltaLog(objectstore::ObjectStore& store, ColumnFiles& columns, std::string table_folder);

  // The newest state: the newest checkpoint and the entries after it, or all entries. Version -1
  // when there is no table. corrupt when entries are missing in between.
  Result<table_format::DeltaSnapshot> load();

  struct Entry {
    int64_t version = 0;
    std::vector<table_format::Action> actions;
    // commitInfo's txnId, which tells whose entry it is.
    [[nodiscard]] std::string transaction_id() const;
  };
  // not_found with a sentence when the entry of a version that was read or written is gone.
  Status check_there(int64_t version);
  // The entries after a version, as far as there are any without a hole.
  Result<std::vector<Entry>> entries_after(int64_t version);

  // already_exists when another writer has this version. After another error the entry may be
  // there all the same: entries_after() and the txnId tell.
  Status append(int64_t version, const std::vector<table_format::Action>& actions);

  struct Checkpoint {
    int64_t version = 0;
    std::string lines;  // the actions as an entry's text
    size_t actions = 0;
    // What was written before is not wanted any more: see remove_expired().
    std::optional<Timestamp> expired_before;
  };
  // staging: a local folder for the files on their way.
  // _last_checkpoint never moves back.
  Status write_checkpoint(const Checkpoint& checkpoint, os::FileSystem& files,
                          const std::string& staging);

  // Removes the entries and checkpoints before the newest checkpoint that is that old (Delta's
  // protocol, "Metadata Cleanup"), oldest first, so many at most: from that checkpoint on every
  // version can be read. Checkpoints in several parts and files of other kinds are left alone. How
  // many files went.
  Result<size_t> remove_expired(Timestamp before, size_t files_max = 10'000);

 private:
  struct Listing {
    std::vector<int64_t> entries;  // rising, as the others
    std::vector<int64_t> checkpoints;
  };
  Result<Listing> list();
  // None when the entry does not say, or is gone.
  Result<std::optional<Timestamp>> written_at(int64_t version);
  Status point_to(const Checkpoint& checkpoint);
  [[nodiscard]] std::string name(const std::string& file) const;
  Result<std::vector<table_format::Action>> read(int64_t version);
  Status load_checkpoint(int64_t version, table_format::DeltaSnapshot& snapshot);

  objectstore::ObjectStore& store_;
  ColumnFiles& columns_;
  std::string folder_;
};

}  // namespace tarn::lake
