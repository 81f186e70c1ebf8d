#include "engines/storage/compaction_pace.h"

#include <chrono>

namespace tarn::storage {
namespace {

// Shorter waits are saved up.
constexpr uint64_t kWaitsPerSecondMax = 100;

}  // namespace

Status CompactionPace::spend(uint64_t bytes) {
  owed_bytes_ += bytes;
  if (bytes_per_second_ > 0 && owed_bytes_ * kWaitsPerSecondMax >= bytes_per_second_) {
    const double seconds =
        static_cast<double>(owed_bytes_) / static_cast<double>(bytes_per_second_);
    owed_bytes_ = 0;
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop_, std::chrono::duration<double>(seconds), [] { return false; });
  }
  if (stop_.stop_requested()) return Error(ErrorCode::cancelled, "the compaction is to end");
  return {};
}

}  // namespace tarn::storage
