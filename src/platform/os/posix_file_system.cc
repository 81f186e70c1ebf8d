#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

#include "platform/os/file_system.h"
#include "platform/os/posix_error.h"

namespace tarn::os {
namespace {

class PosixFile final : public File {
 public:
  PosixFile(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  PosixFile(const PosixFile&) = delete;
  PosixFile& operator=(const PosixFile&) = delete;
  ~PosixFile() override { ::close(descriptor_); }

  Result<size_t> read_at(uint64_t position, std::span<std::byte> buffer) const override {
    size_t done = 0;
    while (done < buffer.size()) {
      const ssize_t count = ::pread(descriptor_, buffer.data() + done, buffer.size() - done,
                                    static_cast<off_t>(position + done));
      if (count == 0) break;
      if (count < 0) {
        if (errno == EINTR) continue;
        return posix_error(errno, "reading", path_);
      }
      done += static_cast<size_t>(count);
    }
    return done;
  }

  Status write_at(uint64_t position, std::span<const BytesView> parts) override {
    std::vector<iovec> vectors;
    vectors.reserve(parts.size());
    for (BytesView part : parts) {
      // pwritev takes void*, but only reads from it.
      if (!part.empty()) {
        vectors.push_back({const_cast<std::byte*>(part.data()), part.size()});
      }
    }
    size_t first = 0;
    while (first < vectors.size()) {
      const int count = static_cast<int>(std::min<size_t>(vectors.size() - first, IOV_MAX));
      const ssize_t written =
          ::pwritev(descriptor_, vectors.data() + first, count, static_cast<off_t>(position));
      if (written < 0) {
        if (errno == EINTR) continue;
        return posix_error(errno, "writing", path_);
      }
      position += static_cast<uint64_t>(written);
      first = skip_written(vectors, first, static_cast<size_t>(written));
    }
    return {};
  }

  Status sync() override {
    if (::fdatasync(descriptor_) != 0) return posix_error(errno, "fdatasync of", path_);
    return {};
  }

  Result<uint64_t> size() const override {
    struct stat info{};
    if (::fstat(descriptor_, &info) != 0) return posix_error(errno, "stat of", path_);
    return static_cast<uint64_t>(info.st_size);
  }

  Status truncate(uint64_t size) override {
    if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) {
      return posix_error(errno, "truncating", path_);
    }
    return {};
  }

  Status reserve(uint64_t size) override {
    const int error = ::posix_fallocate(descriptor_, 0, static_cast<off_t>(size));
    if (error != 0) return posix_error(error, "reserving space for", path_);
    return {};
  }

  int descriptor() const override { return descriptor_; }

 private:
  // The index of the first vector that still has bytes to write.
  static size_t skip_written(std::vector<iovec>& vectors, size_t first, size_t written) {
    while (first < vectors.size() && written >= vectors[first].iov_len) {
      written -= vectors[first++].iov_len;
    }
    if (first < vectors.size()) {
      vectors[first].iov_base = static_cast<char*>(vectors[first].iov_base) + written;
      vectors[first].iov_len -= written;
    }
    return first;
  }

  int descriptor_;
  std::string path_;
};

int open_flags(OpenMode mode) {
  switch (mode) {
    case OpenMode::read:
      return O_RDONLY;
    case OpenMode::read_write:
      return O_RDWR;
    case OpenMode::create_new:
      return O_RDWR | O_CREAT | O_EXCL;
  }
  return O_RDONLY;
}

}  // namespace

Result<std::unique_ptr<File>> PosixFileSystem::open(const std::string& path, OpenMode mode) {
  const mode_t permissions = readers_ == Readers::everybody ? 0666 : 0640;
  const int descriptor = ::open(path.c_str(), open_flags(mode) | O_CLOEXEC, permissions);
  if (descriptor < 0) return posix_error(errno, "opening", path);
  return std::make_unique<PosixFile>(descriptor, path);
}

Status PosixFileSystem::rename(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return posix_error(errno, "renaming", from);
  return {};
}

Status PosixFileSystem::link_new(const std::string& from, const std::string& to) {
  if (::link(from.c_str(), to.c_str()) != 0) return posix_error(errno, "linking", to);
  return {};
}

Status PosixFileSystem::remove(const std::string& path) {
  if (std::remove(path.c_str()) != 0) return posix_error(errno, "removing", path);
  return {};
}

Result<std::vector<DirectoryEntry>> PosixFileSystem::list(const std::string& directory) {
  std::unique_ptr<DIR, int (*)(DIR*)> stream(::opendir(directory.c_str()), ::closedir);
  if (!stream) return posix_error(errno, "listing", directory);
  std::vector<DirectoryEntry> entries;
  while (const dirent* item = ::readdir(stream.get())) {
    const std::string name = item->d_name;
    if (name == "." || name == "..") continue;
    struct stat info{};
    if (::fstatat(::dirfd(stream.get()), item->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == ENOENT) continue;
      return posix_error(errno, "stat of", directory + "/" + name);
    }
    entries.push_back({.name = name,
                       .is_directory = S_ISDIR(info.st_mode),
                       .size = static_cast<uint64_t>(info.st_size)});
  }
  return entries;
}

Result<bool> PosixFileSystem::make_directory(const std::string& directory) {
  const mode_t permissions = readers_ == Readers::everybody ? 0777 : 0750;
  if (::mkdir(directory.c_str(), permissions) == 0) return true;
  const int error = errno;
  struct stat info{};
  if (error == EEXIST && ::stat(directory.c_str(), &info) == 0) {
    if (S_ISDIR(info.st_mode)) return false;
    return posix_error(ENOTDIR, "making the folder", directory);
  }
  return posix_error(error, "making the folder", directory);
}

Status PosixFileSystem::sync_directory(const std::string& directory) {
  const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return posix_error(errno, "opening", directory);
  const int failed = ::fsync(descriptor) != 0 ? errno : 0;
  ::close(descriptor);
  if (failed != 0) return posix_error(failed, "fsync of", directory);
  return {};
}

Result<uint64_t> PosixFileSystem::free_space(const std::string& path) {
  struct statvfs info{};
  if (::statvfs(path.c_str(), &info) != 0) return posix_error(errno, "free space of", path);
  return uint64_t{info.f_bavail} * info.f_frsize;
}

}  // namespace tarn::os
