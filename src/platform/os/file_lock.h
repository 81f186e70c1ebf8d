// One process per data directory.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "base/error.h"
#include "platform/os/file_system.h"

namespace tarn::os {

// An exclusive flock on a file that holds the owner's process id; released by the destructor and
// by the death of the process. In a file system without descriptors no other process can be.
class FileLock {
 public:
  // failed_precondition when another process holds it, with its id in the message.
  static Result<FileLock> acquire(FileSystem& files, const std::string& path);

 private:
  explicit FileLock(std::unique_ptr<File> file) : file_(std::move(file)) {}
  std::unique_ptr<File> file_;
};

}  // namespace tarn::os
