// A disk in memory that fails on command and forgets what was not synced.
//
// It keeps two states of everything: what processes see (the page cache), and what is on the
// device. sync() and sync_directory() carry over; lose_power() goes back, wholly or in part. After
// a failed sync the pages count as clean, as Linux has it: a later sync "succeeds" without them.
// Any thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/random.h"
#include "platform/os/file_system.h"

namespace tarn::os::testing {

enum class PowerLoss {
  keep_all,        // only the process died
  drop_unsynced,   // data and names
  keep_names,      // files have their names and sizes, their unsynced data is garbage
  keep_data,       // data is there, unsynced names are not
  random_pages,    // any subset of unsynced pages of 4 KiB and names
  random_sectors,  // of 512 bytes: torn writes
};
inline constexpr PowerLoss kAllPowerLosses[] = {PowerLoss::keep_all,     PowerLoss::drop_unsynced,
                                                PowerLoss::keep_names,   PowerLoss::keep_data,
                                                PowerLoss::random_pages, PowerLoss::random_sectors};

class FaultFileSystem final : public FileSystem {
 public:
  static constexpr size_t kSectorBytes = 512;

  // The whole state of the disk, to go back to.
  struct Disk;

  FaultFileSystem();
  ~FaultFileSystem() override;

  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override;
  Status rename(const std::string& from, const std::string& to) override;
  Status link_new(const std::string& from, const std::string& to) override;
  Status remove(const std::string& path) override;
  Result<std::vector<DirectoryEntry>> list(const std::string& directory) override;
  Result<bool> make_directory(const std::string& directory) override;
  Status sync_directory(const std::string& directory) override;
  Result<uint64_t> free_space(const std::string& path) override;

  // Calls so far that could have failed.
  [[nodiscard]] uint64_t calls() const;
  [[nodiscard]] uint64_t file_syncs() const;
  [[nodiscard]] uint64_t folder_syncs() const;
  // The n-th call from now on (1 is the next) fails, once. A failed write may have written a part.
  void fail_at(uint64_t n, ErrorCode error);
  // Only calls of sync() are counted.
  void fail_sync_at(uint64_t n);
  // The n-th call from now on and all after it fail: the process is as good as dead.
  void crash_at(uint64_t n);
  // What would be written beyond this is refused with resource_exhausted.
  void set_capacity(uint64_t bytes);
  void no_more_faults();

  // The machine comes up again: files opened before are of no use any more, faults are forgotten.
  void lose_power(PowerLoss mode, uint64_t seed = 0);
  [[nodiscard]] Disk disk() const;
  void restore(const Disk& disk);

  // Damage, on the device and in the page cache. The file must be there.
  void flip_bit(const std::string& path, uint64_t position, unsigned bit = 0);
  [[nodiscard]] std::vector<std::string> paths() const;  // of all files, sorted
  // How often the file is open, also when it has been removed.
  [[nodiscard]] size_t handles(const std::string& path) const;

 private:
  friend class FaultFile;
  enum class Call { other, sync };
  Status enter(Call call, const std::string& what);
  Status write(uint64_t inode, uint64_t position, std::span<const BytesView> parts);
  Status grow(uint64_t inode, uint64_t size);
  Status sync(uint64_t inode);
  void power_up();

  mutable std::mutex mutex_;
  std::unique_ptr<Disk> disk_;
  uint64_t generation_ = 0;                                     // of open files
  std::map<std::string, std::shared_ptr<const bool>> handles_;  // shared by the files
  uint64_t calls_ = 0;
  uint64_t file_syncs_ = 0;
  uint64_t folder_syncs_ = 0;
  uint64_t fail_at_ = 0;
  ErrorCode fail_with_ = ErrorCode::internal;
  uint64_t fail_sync_at_ = 0;
  uint64_t crash_at_ = 0;
  bool crashed_ = false;
  std::optional<uint64_t> capacity_;
};

// A file in both states.
struct FaultInode {
  Bytes seen;
  Bytes durable;
  std::set<uint64_t> unsynced;  // sectors
};

// A change of names, until the folders concerned are synced. A rename is one change.
struct NameChange {
  std::string removed;  // empty: nothing
  std::string added;    // empty: nothing
  uint64_t inode = 0;   // of what is added; 0: a folder
  std::set<std::string> unsynced_folders;
};

struct FaultFileSystem::Disk {
  // Path to inode; 0 is a folder.
  std::map<std::string, uint64_t> seen;
  std::map<std::string, uint64_t> durable;
  std::vector<NameChange> changes;
  std::map<uint64_t, FaultInode> inodes;
  uint64_t next_inode = 1;

  void change(NameChange change);
  void make_durable(const NameChange& change);
  void sync_folder(const std::string& folder);
  void lose_power(PowerLoss mode, Random& random);
};

}  // namespace tarn::os::testing
