#include "engines/sql/interrupter.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace tarn::sql {

namespace {

constexpr std::chrono::milliseconds kRepeat{5};
constexpr std::chrono::hours kIdle{1};

}  // namespace

Interrupter::~Interrupter() {
  {
    const std::lock_guard lock(mutex_);
    is_closing_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Interrupter::run() {
  std::unique_lock lock(mutex_);
  while (!is_closing_) {
    std::chrono::nanoseconds wait = kIdle;
    for (const Watch* watch : watches_) {
      if (watch->reason() != Reason::none) {
        watch->interrupt_();
        wait = std::min<std::chrono::nanoseconds>(wait, kRepeat);
      } else if (watch->deadline_ != os::MonotonicTime::max()) {
        wait = std::min<std::chrono::nanoseconds>(wait, watch->deadline_ - clock_.monotonic());
      }
    }
    wait = std::max<std::chrono::nanoseconds>(wait, std::chrono::milliseconds(1));
    wakes_at_ = clock_.monotonic() + wait;
    changed_.wait_for(lock, wait);
  }
}

Interrupter::Watch::Watch(Interrupter& owner, os::MonotonicTime deadline, std::stop_token cancel,
                          std::function<void()> interrupt)
    : owner_(owner),
      deadline_(deadline),
      cancel_(std::move(cancel)),
      interrupt_(std::move(interrupt)) {
  if (deadline_ == os::MonotonicTime::max() && !cancel_.stop_possible()) return;
  bool is_soon = false;
  {
    const std::lock_guard lock(owner_.mutex_);
    is_watched_ = true;
    place_ = owner_.watches_.insert(owner_.watches_.end(), this);
    if (!owner_.thread_.joinable()) owner_.thread_ = std::thread([&owner] { owner.run(); });
    is_soon = deadline_ < owner_.wakes_at_;
  }
  if (is_soon) owner_.changed_.notify_all();
  on_cancel_.emplace(cancel_, [&owner] {
    const std::lock_guard lock(owner.mutex_);
    owner.changed_.notify_all();
  });
}

Interrupter::Watch::~Watch() {
  on_cancel_.reset();
  if (!is_watched_) return;
  const std::lock_guard lock(owner_.mutex_);
  owner_.watches_.erase(place_);
}

Interrupter::Reason Interrupter::Watch::reason() const {
  if (cancel_.stop_requested()) return Reason::cancel;
  if (deadline_ != os::MonotonicTime::max() && owner_.clock_.monotonic() >= deadline_) {
    return Reason::deadline;
  }
  return Reason::none;
}

}  // namespace tarn::sql
