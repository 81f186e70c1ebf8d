// Files on their way into a table, and notes of which objects a commit publishes, so that a crash
// in between leaves nothing behind.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "base/uuid.h"
#include "platform/os/file_system.h"

namespace tarn::lake {

// A local folder of one table: <id>/ holds the files of a commit, <id>.intent names the objects
// that it publishes and is durable before the first of them appears. All calls block.
class Staging {
 public:
  Staging(os::FileSystem& files, std::string folder) : files_(files), folder_(std::move(folder)) {}

  struct Intent {
    Uuid id;
    int64_t base_version = 0;  // of the table before the commit
    std::vector<std::string> objects;
  };

  // An empty folder for the commit's files.
  Result<std::string> make_folder(const Uuid& id);
  [[nodiscard]] std::string folder_of(const Uuid& id) const;
  Status write_intent(const Intent& intent);
  // After the commit, or when its objects are removed.
  Status clear(const Uuid& id);

  // What a crash left. corrupt for a note that cannot be read.
  Result<std::vector<Intent>> intents();
  // Removes all folders and half-written notes, but the intents.
  Status clear_folders();

 private:
  Result<std::vector<os::DirectoryEntry>> list(const std::string& folder);
  Status remove_folder(const std::string& folder);

  os::FileSystem& files_;
  std::string folder_;
};

}  // namespace tarn::lake
