// A value that arrives once, for one coroutine.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

#include "platform/runtime/event.h"
#include "platform/runtime/task.h"

namespace tarn::broker {

// Shared by the side that sets the value and the side that awaits it. The awaiting side may be
// cancelled or may never come; the value is then dropped. I/O thread.
template <class T>
class Completion {
 public:
  explicit Completion(boost::asio::any_io_executor executor) : arrived_(std::move(executor)) {}

  void set(T value) {
    value_.emplace(std::move(value));
    arrived_.notify_all();
  }

  static runtime::Awaitable<T> wait(std::shared_ptr<Completion> self) {
    while (!self->value_) co_await self->arrived_.wait();
    co_return *std::move(self->value_);
  }

 private:
  std::optional<T> value_;
  runtime::Event arrived_;
};

}  // namespace tarn::broker
