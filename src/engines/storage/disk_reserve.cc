#include "engines/storage/disk_reserve.h"

#include <tuple>

#include <fmt/format.h>

namespace tarn::storage {

std::string shortage_text(const std::string& directory, uint64_t free_bytes, uint64_t kept_bytes) {
  constexpr double kMegabyte = 1e6;
  return fmt::format(
      "the disk of {} has {:.1f} MB left; below {:.1f} MB no records are taken, reading goes on; "
      "it goes on by itself when there is space",
      directory, static_cast<double>(free_bytes) / kMegabyte,
      static_cast<double>(kept_bytes) / kMegabyte);
}

bool DiskReserve::has_free(uint64_t bytes) const {
  const auto free = files_.free_space(os::parent_directory(path_));
  return free && *free >= bytes;
}

void DiskReserve::fill() {
  const std::lock_guard lock(mutex_);
  if (is_filled_ || bytes_ == 0) return;
  auto file = files_.open(path_, os::OpenMode::read_write);
  if (!file && file.error().code() == ErrorCode::not_found && has_free(2 * bytes_)) {
    file = files_.open(path_, os::OpenMode::create_new);
  }
  if (!file) return;
  const auto size = (*file)->size();
  is_filled_ = size && (*size >= bytes_ || (has_free(2 * bytes_) && (*file)->reserve(bytes_)));
}

bool DiskReserve::give() {
  const std::lock_guard lock(mutex_);
  is_filled_ = false;
  return files_.remove(path_).has_value();
}

void DiskReserve::give_if_short() {
  if (bytes_ > 0 && !has_free(2 * bytes_)) std::ignore = give();
}

}  // namespace tarn::storage
