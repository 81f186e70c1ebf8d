// From a thread of the pool to the executor's thread and back.
#pragma once

#include <future>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/co_spawn.hpp>

#include "platform/runtime/task.h"

namespace tarn::lake {

// Runs the task on the executor and blocks until it ends; never on the executor's own thread.
// cancelled when the executor is shut down meanwhile.
template <class T>
Result<T> wait_for(const boost::asio::any_io_executor& executor, runtime::Task<T> task) {
  auto promise = std::make_shared<std::promise<Result<T>>>();
  auto future = promise->get_future();
  boost::asio::co_spawn(executor, std::move(task),
                        [promise](std::exception_ptr thrown, Result<T> result) {
                          if (thrown) {
                            promise->set_exception(thrown);
                          } else {
                            promise->set_value(std::move(result));
                          }
                        });
  promise.reset();
  try {
    return future.get();
  } catch (const std::exception&) {
    return Error(ErrorCode::cancelled, "the program ends");
  }
}

}  // namespace tarn::lake
