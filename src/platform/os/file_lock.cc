#include "platform/os/file_lock.h"

#include <cerrno>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "platform/os/posix_error.h"

namespace tarn::os {
namespace {

std::string holder_of(int descriptor) {
  char text[32];
  const ssize_t length = ::pread(descriptor, text, sizeof(text), 0);
  if (length <= 0) return "another process";
  const std::string_view written(text, static_cast<size_t>(length));
  return "process " + std::string(written.substr(0, written.find('\n')));
}

}  // namespace

Result<FileLock> FileLock::acquire(const std::string& path) {
  constexpr mode_t kPermissions = 0640;
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kPermissions);
  if (descriptor < 0) return posix_error(errno, "opening", path);
  FileLock lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return posix_error(errno, "locking", path);
    return Error(ErrorCode::failed_precondition,
                 path + " is held by " + holder_of(descriptor) +
                     "; one data directory serves one process at a time");
  }
  const std::string id = std::to_string(::getpid()) + "\n";
  if (::ftruncate(descriptor, 0) != 0 ||
      ::pwrite(descriptor, id.data(), id.size(), 0) != static_cast<ssize_t>(id.size())) {
    return posix_error(errno, "writing", path);
  }
  return lock;
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace tarn::os
