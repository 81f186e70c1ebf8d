// Asynchronous work inside of a command that does nothing else.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "base/check.h"
#include "platform/runtime/task.h"

namespace tarn::app {

// Runs the io_context until the work has ended; what else it has to do goes on meanwhile.
// meanwhile, if given, is called every 100 ms.
template <class T>
T run_to_end(boost::asio::io_context& io, runtime::Awaitable<T> work,
             const std::function<void()>& meanwhile = {}) {
  std::optional<T> result;
  boost::asio::co_spawn(
      io,
      [](runtime::Awaitable<T> inner, std::optional<T>* out) -> runtime::Awaitable<void> {
        out->emplace(co_await std::move(inner));
      }(std::move(work), &result),
      [](std::exception_ptr thrown) {
        if (thrown) std::rethrow_exception(thrown);
      });
  io.restart();
  while (!result && !io.stopped()) {
    io.run_one_for(std::chrono::milliseconds(100));
    if (meanwhile) meanwhile();
  }
  check(result.has_value(), "the work of a command ends");
  return *std::move(result);
}

inline void run_to_end(boost::asio::io_context& io, runtime::Awaitable<void> work) {
  run_to_end<bool>(io, [](runtime::Awaitable<void> inner) -> runtime::Awaitable<bool> {
    co_await std::move(inner);
    co_return true;
  }(std::move(work)));
}

}  // namespace tarn::app
