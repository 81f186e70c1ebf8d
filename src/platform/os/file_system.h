// Files as the storage and the lake see them: the seam at which tests make the n-th call fail and
// drop what was not synced. All calls block. Paths are UTF-8, absolute or relative to the process.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace tarn::os {

// An open file. Calls at positions do not move a cursor, so that any number of threads may read
// while one writes. Closing is the destructor and loses nothing that sync() has covered.
class File {
 public:
  virtual ~File() = default;
  // Fills buffer from position; returns fewer bytes only where the file ends.
  virtual Result<size_t> read_at(uint64_t position, std::span<std::byte> buffer) const = 0;
  // Writes all parts one after the other. resource_exhausted when the disk is full; after any error
  // the bytes in [position, position + length) are unspecified.
  virtual Status write_at(uint64_t position, std::span<const BytesView> parts) = 0;
  // fdatasync: the bytes and the size are on the device when this returns. After an error nothing
  // is known about earlier writes; it must not be called again to find out.
  virtual Status sync() = 0;
  virtual Result<uint64_t> size() const = 0;
  virtual Status truncate(uint64_t size) = 0;
  // Makes sure that [0, size) has blocks on the disk; resource_exhausted when it cannot.
  virtual Status reserve(uint64_t size) = 0;
  // For flock; -1 where there is none.
  virtual int descriptor() const = 0;
};

enum class OpenMode {
  read,        // not_found when missing
  read_write,  // not_found when missing
  create_new,  // already_exists when there; the name is durable after sync_directory
};

struct DirectoryEntry {
  std::string name;
  bool is_directory = false;
  uint64_t size = 0;
};

class FileSystem {
 public:
  virtual ~FileSystem() = default;
  virtual Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) = 0;
  // Replaces `to` at once; durable after sync_directory of both folders.
  virtual Status rename(const std::string& from, const std::string& to) = 0;
  // Gives the file a second name; already_exists when `to` is there. The put-if-absent of the lake.
  virtual Status link_new(const std::string& from, const std::string& to) = 0;
  // A file or an empty folder; not_found when missing.
  virtual Status remove(const std::string& path) = 0;
  // not_found when there is no such folder. Any order.
  virtual Result<std::vector<DirectoryEntry>> list(const std::string& directory) = 0;
  // False when it is there; not_found without its parent, and where a file has its name. Durable
  // after sync_directory of the parent.
  virtual Result<bool> make_directory(const std::string& directory) = 0;
  virtual Status sync_directory(const std::string& directory) = 0;
  // Bytes that may still be written on the disk that holds path.
  virtual Result<uint64_t> free_space(const std::string& path) = 0;
};

// Who may read what is made; an operator narrows or widens it with the umask.
enum class Readers {
  everybody,        // 0666 and 0777, less the umask
  owner_and_group,  // 0640 and 0750, less the umask
};

class PosixFileSystem final : public FileSystem {
 public:
  explicit PosixFileSystem(Readers readers = Readers::everybody) : readers_(readers) {}
  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override;
  Status rename(const std::string& from, const std::string& to) override;
  Status link_new(const std::string& from, const std::string& to) override;
  Status remove(const std::string& path) override;
  Result<std::vector<DirectoryEntry>> list(const std::string& directory) override;
  Result<bool> make_directory(const std::string& directory) override;
  Status sync_directory(const std::string& directory) override;
  Result<uint64_t> free_space(const std::string& path) override;

 private:
  Readers readers_;
};

// With its parents; no error when there. Every folder made is durable when this returns.
Status make_directories(FileSystem& files, const std::string& directory);
// Whole small files, over the seam.
Result<Bytes> read_file(FileSystem& files, const std::string& path);
// Temporary file, sync, rename, sync of the folder: readers see the old or the new content.
Status replace_file(FileSystem& files, const std::string& path, BytesView content);

// "a/b/c" -> "a/b"; "c" -> ".".
std::string parent_directory(const std::string& path);

}  // namespace tarn::os
