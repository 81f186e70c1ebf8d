// One process per data directory.
#pragma once

#include <string>

#include "base/error.h"

namespace tarn::os {

// An exclusive flock on a file that holds the owner's process id; released by the destructor and
// by the death of the process.
class FileLock {
 public:
  // failed_precondition when another process holds it, with its id in the message.
  static Result<FileLock> acquire(const std::string& path);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

}  // namespace tarn::os
