// A file that only keeps space. When the disk is full it is given back, so that a start, a
// checkpoint and a shutdown still find room, and made again when there is space.
//
// Nothing depends on it: without it the same works until the last byte is gone. Any thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>

#include "platform/os/file_system.h"

namespace tarn::storage {

// For people who must make space.
std::string shortage_text(const std::string& directory, uint64_t free_bytes, uint64_t kept_bytes);

class DiskReserve {
 public:
  // Of no bytes: there is nothing to give.
  DiskReserve(os::FileSystem& files, std::string path, uint64_t bytes)
      : files_(files), path_(std::move(path)), bytes_(bytes) {}

  // Makes the file if as much again stays free. What fails is tried by the next call.
  void fill();
  // True when space was given back.
  bool give();
  // For what comes next: gives when less than twice the reserve is free.
  void give_if_short();

 private:
  [[nodiscard]] bool has_free(uint64_t bytes) const;

  os::FileSystem& files_;
  const std::string path_;
  const uint64_t bytes_;
  std::mutex mutex_;
  bool is_filled_ = false;
};

}  // namespace tarn::storage
