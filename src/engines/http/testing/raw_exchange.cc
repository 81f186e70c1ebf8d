#include "engines/http/testing/raw_exchange.h"

#include <chrono>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "platform/os/clock.h"
#include "platform/runtime/deadline.h"

namespace tarn::http::testing {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);

runtime::Task<bool> exchange(tcp::socket& socket, std::string sent, std::string& received) {
  co_await asio::async_write(socket, asio::buffer(sent), kAsTuple);
  std::array<char, 4096> buffer{};
  while (true) {
    auto [failed, size] = co_await socket.async_read_some(asio::buffer(buffer), kAsTuple);
    if (failed) co_return true;
    received.append(buffer.data(), size);
  }
}

}  // namespace

runtime::Awaitable<std::string> raw_exchange(uint16_t port, std::string sent) {
  tcp::socket socket(co_await asio::this_coro::executor);
  const tcp::endpoint server(asio::ip::address_v4::loopback(), port);
  co_await socket.async_connect(server, kAsTuple);
  std::string received;
  const auto deadline = os::SystemClock().monotonic() + std::chrono::seconds(5);
  auto ended =
      co_await runtime::with_deadline(exchange(socket, std::move(sent), received), deadline);
  if (!ended) received += "[still open]";
  co_return received;
}

}  // namespace tarn::http::testing
