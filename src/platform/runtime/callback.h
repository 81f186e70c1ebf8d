// From a callback of another thread back into a coroutine.
#pragma once

#include <functional>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "platform/runtime/task.h"

namespace tarn::runtime {

// start is called with a callback that must be called exactly once, from any thread; its value is
// the value of the await, and the coroutine goes on on its own thread. Not cancellable: whoever
// calls back is relied upon to do so.
template <class T, class Start>
Awaitable<T> await_callback(Start start) {
  co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&, void(T)>(
      [](auto handler, Start begin) {
        auto executor = boost::asio::get_associated_executor(handler);
        auto work = boost::asio::make_work_guard(executor);
        begin(std::move_only_function<void(T)>([handler = std::move(handler),
                                                work = std::move(work)](T value) mutable {
          auto home = work.get_executor();
          boost::asio::post(
              home, [handler = std::move(handler), work = std::move(work),
                     value = std::move(value)]() mutable { std::move(handler)(std::move(value)); });
        }));
      },
      boost::asio::use_awaitable, std::move(start));
}

}  // namespace tarn::runtime
