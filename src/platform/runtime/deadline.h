// A limit in time on a task.
#pragma once

#include <utility>
#include <variant>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/multiple_exceptions.hpp>

#include "platform/runtime/sleep.h"
#include "platform/runtime/task.h"

namespace tarn::runtime {

// timed_out when the deadline comes first; the task is then cancelled and unwound.
template <class T>
Task<T> with_deadline(Task<T> task, os::MonotonicTime deadline) {
  using boost::asio::experimental::awaitable_operators::operator||;
  try {
    auto winner = co_await (std::move(task) || sleep_until(deadline));
    if (winner.index() == 1) co_return Error(ErrorCode::timed_out, "the deadline passed");
    co_return std::get<0>(std::move(winner));
  } catch (const boost::asio::multiple_exceptions& both) {
    // A cancellation ends both sides: it goes on as the one exception that tasks unwind by.
    std::rethrow_exception(both.first_exception());
  }
}

}  // namespace tarn::runtime
