// Wakes coroutines of one thread: the long poll, the flush timer that ends early, the stop signal.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "platform/os/clock.h"
#include "platform/runtime/task.h"

namespace tarn::runtime {

// Has no memory: notify_all() wakes those that wait now, so a waiter checks its condition first and
// again afterwards. All calls on the thread of the executor.
class Event {
 public:
  explicit Event(boost::asio::any_io_executor executor);

  Awaitable<void> wait();
  // False when the deadline came first.
  Awaitable<bool> wait_until(os::MonotonicTime deadline);
  void notify_all();

 private:
  boost::asio::any_io_executor executor_;
  boost::asio::steady_timer never_;
};

}  // namespace tarn::runtime
