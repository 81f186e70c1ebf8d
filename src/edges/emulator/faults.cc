#include "edges/emulator/faults.h"

#include <algorithm>
#include <array>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <fmt/core.h>

#include "platform/runtime/sleep.h"
#include "platform/runtime/task_group.h"

namespace tarn::emulator {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);
constexpr size_t kNestingBytes = 10 << 20;
constexpr std::string_view kPage =
    R"({"data":{"itineraries":[{"id":1},{"id":2}]},"page":1,"pages":1})";

std::string ok(std::string_view type, std::string_view body, size_t length) {
  return fmt::format(
      "HTTP/1.1 200 OK\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
      type, length, body);
}

std::string answer_for(Fault fault, const std::string& path) {
  switch (fault) {
    case Fault::html:
      return ok("text/html", "<html><body>We are down for maintenance.</body></html>", 54);
    case Fault::truncated:
      return ok("application/json", kPage.substr(0, kPage.size() / 2), kPage.size());
    case Fault::nesting: {
      const std::string brackets(kNestingBytes, '[');
      return ok("application/json", brackets, brackets.size());
    }
    case Fault::redirect_loop:
      return fmt::format(
          "HTTP/1.1 302 Found\r\nLocation: {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
          path);
    case Fault::slow:
      return ok("application/json", kPage, kPage.size());
    case Fault::none:
    case Fault::hang:
      return "";
  }
  return "";
}

}  // namespace

class FaultServer::Core {
 public:
  Core(asio::any_io_executor executor, Fault fault, std::string path)
      : fault_(fault), path_(std::move(path)), acceptor_(executor), tasks_(executor, {}) {}

  Status start(const std::string& address, uint16_t port) {
    error_code failed;
    const auto host = asio::ip::make_address(address, failed);
    const tcp::endpoint endpoint(host, port);
    if (!failed) acceptor_.open(endpoint.protocol(), failed);
    if (!failed) acceptor_.set_option(tcp::acceptor::reuse_address(true), failed);
    if (!failed) acceptor_.bind(endpoint, failed);
    if (!failed) acceptor_.listen(asio::socket_base::max_listen_connections, failed);
    if (failed) {
      return Error(ErrorCode::failed_precondition,
                   fmt::format("cannot listen on {}:{}: {}", address, port, failed.message()));
    }
    tasks_.spawn("accept", accept());
    return {};
  }
  uint16_t port() const { return acceptor_.local_endpoint().port(); }
  int64_t calls() const { return calls_; }
  runtime::Awaitable<void> stop() {
    error_code ignored;
    acceptor_.close(ignored);
    co_await tasks_.stop();
  }

 private:
  runtime::Task<void> accept() {
    while (true) {
      auto [failed, socket] = co_await acceptor_.async_accept(kAsTuple);
      if (failed) co_return Status();
      tasks_.spawn("connection", serve(std::move(socket)));
    }
  }

  runtime::Task<void> serve(tcp::socket socket) {
    std::array<char, 4096> request{};
    auto [failed, received] = co_await socket.async_read_some(asio::buffer(request), kAsTuple);
    if (failed) co_return Status();
    ++calls_;
    if (fault_ == Fault::hang) co_await runtime::sleep_for(std::chrono::hours(1));
    const std::string answer = answer_for(fault_, path_);
    const size_t step = fault_ == Fault::slow ? 1 : answer.size();
    for (size_t sent = 0; sent < answer.size(); sent += step) {
      if (fault_ == Fault::slow) co_await runtime::sleep_for(std::chrono::milliseconds(200));
      auto [broken, written] =
          co_await asio::async_write(socket, asio::buffer(answer.data() + sent, step), kAsTuple);
      if (broken) break;
    }
    error_code ignored;
    socket.shutdown(tcp::socket::shutdown_send, ignored);
    co_return Status();
  }

  Fault fault_;
  std::string path_;
  tcp::acceptor acceptor_;
  int64_t calls_ = 0;
  runtime::TaskGroup tasks_;
};

FaultServer::FaultServer(asio::any_io_executor executor, Fault fault, std::string path)
    : core_(std::make_unique<Core>(executor, fault, std::move(path))) {}
FaultServer::~FaultServer() = default;

Status FaultServer::start(const std::string& address, uint16_t port) {
  return core_->start(address, port);
}
uint16_t FaultServer::port() const {
  return core_->port();
}
int64_t FaultServer::calls() const {
  return core_->calls();
}
runtime::Awaitable<void> FaultServer::stop() {
  return core_->stop();
}

}  // namespace tarn::emulator
