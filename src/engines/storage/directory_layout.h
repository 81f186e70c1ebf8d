// What lies where in the engine's directory (docs/formats/storage.md), and its version.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "platform/os/file_system.h"

namespace tarn::storage {

inline constexpr int kFormatVersion = 2;

struct DirectoryLayout {
  explicit DirectoryLayout(const std::string& directory)
      : root(directory),
        lock(directory + "/lock"),
        reserve(directory + "/reserve"),
        format(directory + "/format"),
        checkpoint(directory + "/checkpoint"),
        journal(directory + "/journal"),
        logs(directory + "/logs") {}

  std::string root, lock, reserve, format, checkpoint, journal, logs;
};

// The version of what is there, none where there is no storage yet. failed_precondition: a newer
// program has written it; corrupt: the file says something else, or it is missing where logs are.
Result<std::optional<int>> stored_format(os::FileSystem& files, const DirectoryLayout& layout);
// The last step of making a storage, and the first of writing into an older one.
Status write_format(os::FileSystem& files, const DirectoryLayout& layout);

}  // namespace tarn::storage
