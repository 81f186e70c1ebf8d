// Ends queries that take too long or are not wanted any more. Private to the module.
#pragma once

#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "platform/os/clock.h"

namespace tarn::sql {

// One thread for all queries, started by the first one that can end early.
class Interrupter {
 public:
  explicit Interrupter(const os::Clock& clock) : clock_(clock) {}
  ~Interrupter();

  enum class Reason { none, deadline, cancel };

  // As long as it lives, interrupt() is called from the deadline on, or after a request to stop,
  // again and again: a query that is just starting forgets the first call.
  class Watch {
   public:
    Watch(Interrupter& owner, os::MonotonicTime deadline, std::stop_token cancel,
          std::function<void()> interrupt);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    [[nodiscard]] Reason reason() const;

   private:
    friend class Interrupter;
    Interrupter& owner_;
    os::MonotonicTime deadline_;
    std::stop_token cancel_;
    std::function<void()> interrupt_;
    bool is_watched_ = false;
    std::list<Watch*>::iterator place_;
    std::optional<std::stop_callback<std::function<void()>>> on_cancel_;
  };

 private:
  void run();

  const os::Clock& clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Watch*> watches_;
  // When the thread looks by itself: a query with a later deadline need not wake it.
  os::MonotonicTime wakes_at_ = os::MonotonicTime::min();
  bool is_closing_ = false;
  std::thread thread_;
};

}  // namespace tarn::sql
