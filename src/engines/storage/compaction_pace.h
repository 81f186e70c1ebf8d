// Bulk work steps aside: it reads and writes no more bytes a second than it is given.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stop_token>

#include "base/error.h"

namespace tarn::storage {

// Of one thread.
class CompactionPace {
 public:
  // bytes_per_second 0: as fast as it goes.
  CompactionPace(uint64_t bytes_per_second, std::stop_token stop)
      : bytes_per_second_(bytes_per_second), stop_(std::move(stop)) {}

  // So many bytes were read or written; returns when more may be. cancelled when the work is to
  // end.
  Status spend(uint64_t bytes);

 private:
  const uint64_t bytes_per_second_;
  const std::stop_token stop_;
  uint64_t owed_bytes_ = 0;
  std::mutex mutex_;
  std::condition_variable_any changed_;
};

}  // namespace tarn::storage
