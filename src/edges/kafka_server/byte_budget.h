// A bound on the memory that requests under way take together.
#pragma once

#include <cstddef>
#include <utility>

#include "platform/runtime/event.h"

namespace tarn::kafka_server {

// Outlives its leases. I/O thread.
class ByteBudget {
 public:
  ByteBudget(boost::asio::any_io_executor executor, size_t bytes_max)
      : freed_(std::move(executor)), bytes_max_(bytes_max) {}

  // Whoever asks when nothing is taken gets all it wants: one request above the bound goes alone.
  bool try_take(size_t bytes) {
    if (taken_ != 0 && taken_ + bytes > bytes_max_) return false;
    taken_ += bytes;
    return true;
  }
  void give_back(size_t bytes) {
    taken_ -= bytes;
    freed_.notify_all();
  }
  // Wakes those whose try_take failed.
  runtime::Event& freed() { return freed_; }

 private:
  runtime::Event freed_;
  size_t bytes_max_;
  size_t taken_ = 0;
};

// What one request has taken; gives it back when it goes.
class ByteLease {
 public:
  ByteLease() = default;
  explicit ByteLease(ByteBudget& budget) : budget_(&budget) {}
  ByteLease(ByteLease&& other) noexcept
      : budget_(std::exchange(other.budget_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  ByteLease& operator=(ByteLease&& other) noexcept {
    std::swap(budget_, other.budget_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~ByteLease() {
    if (budget_ != nullptr && bytes_ > 0) budget_->give_back(bytes_);
  }

  bool try_take(size_t bytes) {
    if (!budget_->try_take(bytes)) return false;
    bytes_ += bytes;
    return true;
  }

 private:
  ByteBudget* budget_ = nullptr;
  size_t bytes_ = 0;
};

}  // namespace tarn::kafka_server
