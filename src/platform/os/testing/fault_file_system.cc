#include "platform/os/testing/fault_file_system.h"

#include <algorithm>

#include "base/check.h"

namespace tarn::os::testing {
namespace {

Error missing(const std::string& path) {
  return {ErrorCode::not_found, "opening " + path + ": No such file or directory"};
}

uint64_t total_bytes(std::span<const BytesView> parts) {
  uint64_t bytes = 0;
  for (BytesView part : parts) bytes += part.size();
  return bytes;
}

}  // namespace

class FaultFile final : public File {
 public:
  FaultFile(FaultFileSystem& files, uint64_t inode, std::string path, uint64_t generation,
            OpenMode mode)
      : files_(files),
        inode_(inode),
        path_(std::move(path)),
        handle_(files.handles_.try_emplace(path_, std::make_shared<const bool>()).first->second),
        generation_(generation),
        is_writable_(mode != OpenMode::read) {}

  Result<size_t> read_at(uint64_t position, std::span<std::byte> buffer) const override {
    const std::lock_guard lock(files_.mutex_);
    TRY(enter("reading"));
    const Bytes& seen = files_.disk_->inodes.at(inode_).seen;
    if (position >= seen.size()) return size_t{0};
    const size_t count = std::min<size_t>(buffer.size(), seen.size() - position);
    std::copy_n(seen.begin() + static_cast<std::ptrdiff_t>(position), count, buffer.begin());
    return count;
  }

  Status write_at(uint64_t position, std::span<const BytesView> parts) override {
    const std::lock_guard lock(files_.mutex_);
    if (!is_writable_) return Error(ErrorCode::permission_denied, path_ + " is open for reading");
    if (auto entered = enter("writing"); !entered) {
      // Half of it may have arrived.
      std::vector<BytesView> some(parts.begin(), parts.end());
      some.resize(some.size() / 2);
      if (parts.size() == 1) some = {parts.front().first(parts.front().size() / 2)};
      if (is_current()) std::ignore = files_.write(inode_, position, some);
      return entered;
    }
    return files_.write(inode_, position, parts);
  }

  Status sync() override {
    const std::lock_guard lock(files_.mutex_);
    if (!is_current()) return enter("fdatasync of");
    return files_.sync(inode_);
  }

  Result<uint64_t> size() const override {
    const std::lock_guard lock(files_.mutex_);
    TRY(enter("stat of"));
    return files_.disk_->inodes.at(inode_).seen.size();
  }

  Status truncate(uint64_t size) override {
    const std::lock_guard lock(files_.mutex_);
    TRY(enter("truncating"));
    FaultInode& inode = files_.disk_->inodes.at(inode_);
    inode.seen.resize(size);
    return {};
  }

  Status reserve(uint64_t size) override {
    const std::lock_guard lock(files_.mutex_);
    TRY(enter("reserving space for"));
    return files_.grow(inode_, size);
  }

  int descriptor() const override { return -1; }

 private:
  [[nodiscard]] bool is_current() const { return generation_ == files_.generation_; }
  Status enter(const std::string& doing) const {
    if (!is_current()) return Error(ErrorCode::internal, path_ + " was opened before the crash");
    return files_.enter(FaultFileSystem::Call::other, doing + " " + path_);
  }

  FaultFileSystem& files_;
  const uint64_t inode_;
  const std::string path_;
  const std::shared_ptr<const bool> handle_;
  const uint64_t generation_;
  const bool is_writable_;
};

FaultFileSystem::FaultFileSystem() : disk_(std::make_unique<Disk>()) {
  disk_->seen = {{"/", 0}, {".", 0}};
  disk_->durable = disk_->seen;
}
FaultFileSystem::~FaultFileSystem() = default;

Status FaultFileSystem::enter(Call call, const std::string& what) {
  ++calls_;
  if (call == Call::sync) ++file_syncs_;
  if (crash_at_ != 0 && calls_ >= crash_at_) crashed_ = true;
  if (crashed_) return Error(ErrorCode::internal, what + ": the machine is off");
  if (calls_ == fail_at_) return Error(fail_with_, what + ": made to fail");
  if (call == Call::sync && file_syncs_ == fail_sync_at_) {
    return Error(ErrorCode::internal, what + ": made to fail");
  }
  return {};
}

Status FaultFileSystem::grow(uint64_t inode, uint64_t size) {
  Bytes& seen = disk_->inodes.at(inode).seen;
  if (size <= seen.size()) return {};
  uint64_t used = 0;
  for (const auto& [path, id] : disk_->seen) used += id == 0 ? 0 : disk_->inodes.at(id).seen.size();
  if (capacity_ && used + (size - seen.size()) > *capacity_) {
    return Error(ErrorCode::resource_exhausted, "No space left on device");
  }
  seen.resize(size);
  return {};
}

Status FaultFileSystem::write(uint64_t inode, uint64_t position, std::span<const BytesView> parts) {
  const uint64_t end = position + total_bytes(parts);
  TRY(grow(inode, end));
  FaultInode& file = disk_->inodes.at(inode);
  for (uint64_t sector = position / kSectorBytes; sector * kSectorBytes < end; ++sector) {
    file.unsynced.insert(sector);
  }
  for (BytesView part : parts) {
    std::ranges::copy(part, file.seen.begin() + static_cast<std::ptrdiff_t>(position));
    position += part.size();
  }
  return {};
}

Status FaultFileSystem::sync(uint64_t inode) {
  FaultInode& file = disk_->inodes.at(inode);
  auto entered = enter(Call::sync, "fdatasync");
  if (entered) {
    file.durable.resize(file.seen.size());
    for (uint64_t sector : file.unsynced) {
      const uint64_t begin = sector * kSectorBytes;
      const uint64_t end = std::min<uint64_t>(begin + kSectorBytes, file.seen.size());
      for (uint64_t i = begin; i < end; ++i) file.durable[i] = file.seen[i];
    }
  }
  if (!crashed_) {
    file.unsynced.clear();
  }
  return entered;
}

Result<std::unique_ptr<File>> FaultFileSystem::open(const std::string& path, OpenMode mode) {
  const std::lock_guard lock(mutex_);
  TRY(enter(Call::other, "opening " + path));
  const auto found = disk_->seen.find(path);
  if (mode != OpenMode::create_new) {
    if (found == disk_->seen.end()) return missing(path);
    if (found->second == 0) {
      return Error(ErrorCode::failed_precondition, "opening " + path + ": Is a directory");
    }
    return std::make_unique<FaultFile>(*this, found->second, path, generation_, mode);
  }
  if (found != disk_->seen.end()) {
    return Error(ErrorCode::already_exists, "opening " + path + ": File exists");
  }
  if (!disk_->seen.contains(parent_directory(path))) return missing(path);
  const uint64_t inode = disk_->next_inode++;
  disk_->inodes[inode] = {};
  disk_->change({.added = path, .inode = inode});
  return std::make_unique<FaultFile>(*this, inode, path, generation_, mode);
}

Status FaultFileSystem::rename(const std::string& from, const std::string& to) {
  const std::lock_guard lock(mutex_);
  TRY(enter(Call::other, "renaming " + from));
  const auto found = disk_->seen.find(from);
  if (found == disk_->seen.end() || !disk_->seen.contains(parent_directory(to))) {
    return missing(from);
  }
  disk_->change({.removed = from, .added = to, .inode = found->second});
  return {};
}

Status FaultFileSystem::link_new(const std::string& from, const std::string& to) {
  const std::lock_guard lock(mutex_);
  TRY(enter(Call::other, "linking " + to));
  const auto found = disk_->seen.find(from);
  if (found == disk_->seen.end() || !disk_->seen.contains(parent_directory(to))) {
    return missing(from);
  }
  if (disk_->seen.contains(to)) {
    return Error(ErrorCode::already_exists, "linking " + to + ": File exists");
  }
  disk_->change({.added = to, .inode = found->second});
  return {};
}

Status FaultFileSystem::remove(const std::string& path) {
  const std::lock_guard lock(mutex_);
  TRY(enter(Call::other, "removing " + path));
  if (!disk_->seen.contains(path)) return missing(path);
  const bool is_used = std::ranges::any_of(disk_->seen, [&](const auto& item) {
    return item.first != path && parent_directory(item.first) == path;
  });
  if (is_used) {
    return Error(ErrorCode::failed_precondition, "removing " + path + ": Directory not empty");
  }
  disk_->change({.removed = path});
  return {};
}

Result<std::vector<DirectoryEntry>> FaultFileSystem::list(const std::string& directory) {
  const std::lock_guard lock(mutex_);
  TRY(enter(Call::other, "listing " + directory));
  const auto folder = disk_->seen.find(directory);
  if (folder == disk_->seen.end() || folder->second != 0) return missing(directory);
  std::vector<DirectoryEntry> entries;
  for (const auto& [path, inode] : disk_->seen) {
    if (path == directory || parent_directory(path) != directory) continue;
    entries.push_back({.name = path.substr(path.rfind('/') + 1),
                       .is_directory = inode == 0,
                       .size = inode == 0 ? 0 : disk_->inodes.at(inode).seen.size()});
  }
  return entries;
}

Result<bool> FaultFileSystem::make_directory(const std::string& directory) {
  const std::lock_guard lock(mutex_);
  TRY(enter(Call::other, "making the folder " + directory));
  if (const auto there = disk_->seen.find(directory); there != disk_->seen.end()) {
    if (there->second == 0) return false;
    return missing(directory);
  }
  const auto parent = disk_->seen.find(parent_directory(directory));
  if (parent == disk_->seen.end() || parent->second != 0) return missing(directory);
  disk_->change({.added = directory});
  return true;
}

Status FaultFileSystem::sync_directory(const std::string& directory) {
  const std::lock_guard lock(mutex_);
  TRY(enter(Call::other, "fsync of " + directory));
  if (!disk_->seen.contains(directory)) return missing(directory);
  disk_->sync_folder(directory);
  ++folder_syncs_;
  return {};
}

Result<uint64_t> FaultFileSystem::free_space(const std::string& path) {
  const std::lock_guard lock(mutex_);
  TRY(enter(Call::other, "free space of " + path));
  constexpr uint64_t kPlenty = 1ULL << 40;
  if (!capacity_) return kPlenty;
  uint64_t used = 0;
  for (const auto& [name, id] : disk_->seen) used += id == 0 ? 0 : disk_->inodes.at(id).seen.size();
  return *capacity_ - std::min(*capacity_, used);
}

size_t FaultFileSystem::handles(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  const auto found = handles_.find(path);
  return found == handles_.end() ? 0 : static_cast<size_t>(found->second.use_count()) - 1;
}

uint64_t FaultFileSystem::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

uint64_t FaultFileSystem::file_syncs() const {
  const std::lock_guard lock(mutex_);
  return file_syncs_;
}
uint64_t FaultFileSystem::folder_syncs() const {
  const std::lock_guard lock(mutex_);
  return folder_syncs_;
}

void FaultFileSystem::fail_at(uint64_t n, ErrorCode error) {
  const std::lock_guard lock(mutex_);
  fail_at_ = calls_ + n;
  fail_with_ = error;
}

void FaultFileSystem::fail_sync_at(uint64_t n) {
  const std::lock_guard lock(mutex_);
  fail_sync_at_ = file_syncs_ + n;
}

void FaultFileSystem::crash_at(uint64_t n) {
  const std::lock_guard lock(mutex_);
  crash_at_ = calls_ + n;
}

void FaultFileSystem::set_capacity(uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  capacity_ = bytes;
}

void FaultFileSystem::no_more_faults() {
  const std::lock_guard lock(mutex_);
  fail_at_ = fail_sync_at_ = crash_at_ = 0;
  crashed_ = false;
  capacity_.reset();
}

void FaultFileSystem::power_up() {
  ++generation_;
  fail_at_ = fail_sync_at_ = crash_at_ = 0;
  crashed_ = false;
}

void FaultFileSystem::lose_power(PowerLoss mode, uint64_t seed) {
  const std::lock_guard lock(mutex_);
  power_up();
  if (mode == PowerLoss::keep_all) return;  // what is unsynced stays so
  Random random(seed);
  disk_->lose_power(mode, random);
}

FaultFileSystem::Disk FaultFileSystem::disk() const {
  const std::lock_guard lock(mutex_);
  return *disk_;
}

void FaultFileSystem::restore(const Disk& disk) {
  const std::lock_guard lock(mutex_);
  power_up();
  *disk_ = disk;
}

void FaultFileSystem::flip_bit(const std::string& path, uint64_t position, unsigned bit) {
  const std::lock_guard lock(mutex_);
  FaultInode& inode = disk_->inodes.at(disk_->seen.at(path));
  const auto mask = static_cast<std::byte>(1U << bit);
  check(position < inode.seen.size(), "the bit is in the file");
  inode.seen[position] ^= mask;
  if (position < inode.durable.size()) inode.durable[position] ^= mask;
}

std::vector<std::string> FaultFileSystem::paths() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> paths;
  for (const auto& [path, inode] : disk_->seen) {
    if (inode != 0) paths.push_back(path);
  }
  return paths;
}

}  // namespace tarn::os::testing
