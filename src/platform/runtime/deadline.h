// A limit in time on a task.
#pragma once

#include <exception>
#include <optional>
#include <utility>
#include <variant>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/multiple_exceptions.hpp>

#include "platform/runtime/sleep.h"
#include "platform/runtime/task.h"

namespace tarn::runtime {

// || waits for the first side that ends without an exception, so one is handed on as a value.
template <class T>
struct Ended {
  std::optional<Result<T>> result;  // none: thrown
  std::exception_ptr thrown;
};

template <class T>
Awaitable<Ended<T>> contain(Task<T> task) {
  try {
    co_return Ended<T>{.result = co_await std::move(task), .thrown = nullptr};
  } catch (...) {
    co_return Ended<T>{.result = std::nullopt, .thrown = std::current_exception()};
  }
}

// timed_out when the deadline comes first; the task is then cancelled and unwound. A task that
// throws throws here, at once.
template <class T>
Task<T> with_deadline(Task<T> task, os::MonotonicTime deadline) {
  using boost::asio::experimental::awaitable_operators::operator||;
  try {
    auto winner = co_await (contain(std::move(task)) || sleep_until(deadline));
    if (winner.index() == 1) co_return Error(ErrorCode::timed_out, "the deadline passed");
    auto ended = std::get<0>(std::move(winner));
    if (ended.thrown) std::rethrow_exception(ended.thrown);
    co_return *std::move(ended.result);
  } catch (const boost::asio::multiple_exceptions& both) {
    // A cancellation ends both sides: it goes on as the one exception that tasks unwind by.
    std::rethrow_exception(both.first_exception());
  }
}

}  // namespace tarn::runtime
