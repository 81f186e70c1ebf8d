#include "platform/runtime/task_group.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include "base/check.h"

namespace tarn::runtime {

namespace asio = boost::asio;

TaskGroup::TaskGroup(asio::any_io_executor executor, OnError on_error)
    : executor_(executor), on_error_(std::move(on_error)), emptied_(executor) {}

TaskGroup::~TaskGroup() {
  check(children_.empty(), "a task group is stopped before it goes");
}

void TaskGroup::spawn(std::string name, Task<void> task) {
  check(!stopping_, "no task starts in a stopped group");
  children_.emplace_back();
  auto child = std::prev(children_.end());
  child->name = std::move(name);
  asio::co_spawn(executor_, std::move(task),
                 asio::bind_cancellation_slot(
                     child->cancel.slot(), [this, child](std::exception_ptr thrown, Status status) {
                       finished(child, std::move(thrown), std::move(status));
                     }));
}

void TaskGroup::finished(std::list<Child>::iterator child, std::exception_ptr thrown,
                         Status status) {
  if (thrown) {
    try {
      std::rethrow_exception(thrown);
    } catch (const boost::system::system_error& error) {
      if (error.code() != asio::error::operation_aborted) {
        status = Error(ErrorCode::internal, error.what());
      }
    }
  }
  if (!status && on_error_) on_error_(child->name, status.error());
  children_.erase(child);
  if (children_.empty()) emptied_.notify_all();
}

Awaitable<void> TaskGroup::stop() {
  stopping_ = true;
  // A signal may end its child at once, which takes it out of the list.
  for (auto child = children_.begin(); child != children_.end();) {
    auto current = child++;
    current->cancel.emit(asio::cancellation_type::terminal);
  }
  while (!children_.empty()) co_await emptied_.wait();
}

}  // namespace tarn::runtime
