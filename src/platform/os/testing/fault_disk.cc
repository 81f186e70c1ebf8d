#include <algorithm>

#include "platform/os/testing/fault_file_system.h"

namespace tarn::os::testing {
namespace {

constexpr uint64_t kSector = FaultFileSystem::kSectorBytes;

bool keeps_names(PowerLoss mode, Random& random) {
  switch (mode) {
    case PowerLoss::keep_all:
    case PowerLoss::keep_names:
      return true;
    case PowerLoss::drop_unsynced:
    case PowerLoss::keep_data:
      return false;
    default:
      return random.below(2) == 0;
  }
}

bool keeps_data(PowerLoss mode, Random& random) {
  switch (mode) {
    case PowerLoss::keep_all:
    case PowerLoss::keep_data:
      return true;
    case PowerLoss::drop_unsynced:
    case PowerLoss::keep_names:
      return false;
    default:
      return random.below(2) == 0;
  }
}

void copy_sector(const Bytes& from, Bytes& to, uint64_t sector) {
  const uint64_t begin = sector * kSector;
  const uint64_t end = std::min<uint64_t>({begin + kSector, from.size(), to.size()});
  if (begin < end)
    std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(begin), end - begin,
                to.begin() + static_cast<std::ptrdiff_t>(begin));
}

void lose_power_of(FaultInode& inode, PowerLoss mode, Random& random) {
  const uint64_t unit = mode == PowerLoss::random_pages ? 4096 / kSector : 1;
  std::map<uint64_t, bool> kept;  // by unit
  for (uint64_t sector : inode.unsynced) {
    if (!kept.contains(sector / unit)) kept[sector / unit] = keeps_data(mode, random);
  }
  const bool any_kept = std::ranges::any_of(kept, [](const auto& item) { return item.second; });
  const bool new_size =
      mode == PowerLoss::keep_names || any_kept || (kept.empty() && keeps_data(mode, random));
  if (new_size) {
    // What was never written there is whatever the device held before.
    inode.durable.resize(inode.seen.size(), random.below(2) == 0 ? std::byte{0} : std::byte{0xa5});
  }
  for (uint64_t sector : inode.unsynced) {
    if (kept[sector / unit]) copy_sector(inode.seen, inode.durable, sector);
  }
  inode.seen = inode.durable;
  inode.unsynced.clear();
}

}  // namespace

void FaultFileSystem::Disk::change(NameChange change) {
  for (const std::string& name : {change.removed, change.added}) {
    if (!name.empty()) change.unsynced_folders.insert(parent_directory(name));
  }
  if (!change.removed.empty()) seen.erase(change.removed);
  if (!change.added.empty()) seen[change.added] = change.inode;
  changes.push_back(std::move(change));
}

void FaultFileSystem::Disk::make_durable(const NameChange& change) {
  if (!change.removed.empty()) durable.erase(change.removed);
  if (!change.added.empty() && durable.contains(parent_directory(change.added))) {
    durable[change.added] = change.inode;
  }
}

void FaultFileSystem::Disk::sync_folder(const std::string& folder) {
  std::vector<NameChange> rest;
  for (NameChange& change : changes) {
    change.unsynced_folders.erase(folder);
    if (change.unsynced_folders.empty()) {
      make_durable(change);
    } else {
      rest.push_back(std::move(change));
    }
  }
  changes = std::move(rest);
}

void FaultFileSystem::Disk::lose_power(PowerLoss mode, Random& random) {
  for (const NameChange& change : changes) {
    if (keeps_names(mode, random)) make_durable(change);
  }
  changes.clear();
  // Whatever lies in a folder that is gone is gone.
  std::erase_if(durable, [this](const auto& item) {
    return item.first != "/" && item.first != "." &&
           !durable.contains(parent_directory(item.first));
  });
  seen = durable;
  for (auto& [id, inode] : inodes) lose_power_of(inode, mode, random);
}

}  // namespace tarn::os::testing
