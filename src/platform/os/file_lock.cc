#include "platform/os/file_lock.h"

#include <array>
#include <cerrno>
#include <string_view>

#include <sys/file.h>
#include <unistd.h>

#include "platform/os/posix_error.h"

namespace tarn::os {
namespace {

std::string holder_of(const File& file) {
  std::array<std::byte, 32> text{};
  const auto length = file.read_at(0, text);
  if (!length || *length == 0) return "another process";
  const std::string_view written = as_text(BytesView(text).first(*length));
  return "process " + std::string(written.substr(0, written.find('\n')));
}

Result<std::unique_ptr<File>> open_or_create(FileSystem& files, const std::string& path) {
  auto file = files.open(path, OpenMode::read_write);
  if (file || file.error().code() != ErrorCode::not_found) return file;
  file = files.open(path, OpenMode::create_new);
  if (file || file.error().code() != ErrorCode::already_exists) return file;
  return files.open(path, OpenMode::read_write);
}

}  // namespace

Result<FileLock> FileLock::acquire(FileSystem& files, const std::string& path) {
  auto file = TRY(open_or_create(files, path));
  if (file->descriptor() >= 0 && ::flock(file->descriptor(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return posix_error(errno, "locking", path);
    return Error(ErrorCode::failed_precondition,
                 path + " is held by " + holder_of(*file) +
                     "; one data directory serves one process at a time");
  }
  const std::string id = std::to_string(::getpid()) + "\n";
  const BytesView part = as_bytes(id);
  // In this order a full disk is no hindrance: the bytes have their block already.
  TRY(file->write_at(0, std::span(&part, 1)));
  TRY(file->truncate(part.size()));
  return FileLock(std::move(file));
}

}  // namespace tarn::os
