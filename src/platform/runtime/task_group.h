// Owns tasks, so that none outlives what it uses.
#pragma once

#include <functional>
#include <list>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "platform/runtime/event.h"
#include "platform/runtime/task.h"

namespace tarn::runtime {

// The problem: a coroutine started in the background keeps running after its owner is destroyed.
// The answer: the owner has a TaskGroup as its last member and awaits stop() before it goes; a
// group destroyed with tasks inside is a bug and ends the process. All calls on one thread.
class TaskGroup {
 public:
  // Called with the name of a task that ended in an error, and the error.
  using OnError = std::function<void(const std::string& name, const Error& error)>;

  TaskGroup(boost::asio::any_io_executor executor, OnError on_error);
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  // Not after stop().
  void spawn(std::string name, Task<void> task);
  // Cancels all tasks and returns when the last has been unwound.
  Awaitable<void> stop();
  [[nodiscard]] size_t size() const { return children_.size(); }

 private:
  struct Child {
    std::string name;
    boost::asio::cancellation_signal cancel;
  };
  void finished(std::list<Child>::iterator child, std::exception_ptr thrown, Status status);

  boost::asio::any_io_executor executor_;
  OnError on_error_;
  std::list<Child> children_;
  Event emptied_;
  bool stopping_ = false;
};

}  // namespace tarn::runtime
