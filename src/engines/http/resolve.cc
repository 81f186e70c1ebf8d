#include "engines/http/resolve.h"

#include <memory>

#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/core.h>

#include "platform/runtime/event.h"

namespace tarn::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

struct Pending {
  explicit Pending(asio::any_io_executor executor) : resolver(executor), answered(executor) {}
  tcp::resolver resolver;
  runtime::Event answered;
  bool done = false;
  boost::system::error_code failed;
  tcp::resolver::results_type addresses;
};

}  // namespace

runtime::Task<tcp::resolver::results_type> resolve(Url url, os::MonotonicTime deadline) {
  boost::system::error_code not_an_address;
  const auto address = asio::ip::make_address(url.host, not_an_address);
  if (!not_an_address) {
    co_return tcp::resolver::results_type::create(tcp::endpoint(address, url.port), url.host, "");
  }
  auto pending = std::make_shared<Pending>(co_await asio::this_coro::executor);
  pending->resolver.async_resolve(url.host, std::to_string(url.port),
                                  [pending](auto failed, auto addresses) {
                                    pending->done = true;
                                    pending->failed = failed;
                                    pending->addresses = std::move(addresses);
                                    pending->answered.notify_all();
                                  });
  while (!pending->done) {
    const bool answered = co_await pending->answered.wait_until(deadline);
    if (!answered && !pending->done) {
      pending->resolver.cancel();
      co_return Error(ErrorCode::timed_out,
                      fmt::format("the name '{}' was not resolved in time", url.host));
    }
  }
  if (pending->failed) {
    co_return Error(ErrorCode::unavailable, fmt::format("the name '{}' cannot be resolved: {}",
                                                        url.host, pending->failed.message()));
  }
  co_return std::move(pending->addresses);
}

}  // namespace tarn::http
