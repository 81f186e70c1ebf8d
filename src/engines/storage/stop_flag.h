// Set once, by the first failed write or sync: nothing may be promised after it.
#pragma once

#include <atomic>
#include <mutex>
#include <string>

#include "base/error.h"
#include "engines/storage/types.h"

namespace tarn::storage {

class StopFlag {
 public:
  // False when it was set already.
  bool set(const Error& cause) {
    const std::lock_guard lock(mutex_);
    if (is_set_.exchange(true)) return false;
    cause_ = cause.message();
    return true;
  }
  [[nodiscard]] bool is_set() const { return is_set_; }
  [[nodiscard]] Refusal refusal() const {
    const std::lock_guard lock(mutex_);
    return {RefusalReason::stopped,
            "the log takes no more records until it is started anew: " + cause_};
  }

 private:
  std::atomic<bool> is_set_{false};
  mutable std::mutex mutex_;
  std::string cause_;
};

}  // namespace tarn::storage
