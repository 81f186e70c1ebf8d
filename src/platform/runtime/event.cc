#include "platform/runtime/event.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/multiple_exceptions.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "platform/runtime/sleep.h"

namespace tarn::runtime {

namespace asio = boost::asio;

Event::Event(asio::any_io_executor executor)
    : executor_(executor), never_(executor, os::MonotonicTime::max()) {}

Awaitable<void> Event::wait() {
  co_await never_.async_wait(asio::as_tuple(asio::use_awaitable));
  // A notification and a cancellation both end the timer's wait; only the latter unwinds.
  const auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) {
    throw boost::system::system_error(asio::error::operation_aborted);
  }
}

Awaitable<bool> Event::wait_until(os::MonotonicTime deadline) {
  using asio::experimental::awaitable_operators::operator||;
  try {
    auto winner = co_await (wait() || sleep_until(deadline));
    co_return winner.index() == 0;
  } catch (const asio::multiple_exceptions& both) {
    // A cancellation ends both sides: it goes on as the one exception that tasks unwind by.
    std::rethrow_exception(both.first_exception());
  }
}

void Event::notify_all() {
  never_.cancel();
}

}  // namespace tarn::runtime
