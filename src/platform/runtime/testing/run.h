// Runs one coroutine to its end on the calling thread.
#pragma once

#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "platform/runtime/task.h"

namespace tarn::runtime::testing {

// Rethrows what the coroutine throws.
template <class T>
T run(boost::asio::io_context& io, Awaitable<T> awaitable) {
  std::optional<T> result;
  boost::asio::co_spawn(
      io,
      [](Awaitable<T> inner, std::optional<T>& out) -> Awaitable<void> {
        out.emplace(co_await std::move(inner));
      }(std::move(awaitable), result),
      [](std::exception_ptr thrown) {
        if (thrown) std::rethrow_exception(thrown);
      });
  io.restart();
  while (!result && io.run_one() > 0) {
  }
  return *std::move(result);
}

}  // namespace tarn::runtime::testing
