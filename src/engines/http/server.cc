#include "engines/http/server.h"

#include <set>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/core.h>

#include "engines/http/connection.h"
#include "engines/http/errors.h"
#include "engines/http/response_head.h"
#include "platform/runtime/event.h"
#include "platform/runtime/sleep.h"
#include "platform/runtime/task_group.h"

namespace tarn::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

class Server::Core {
 public:
  Core(asio::any_io_executor executor, ServerState state)
      : logger_(state.logger),
        state_(std::move(state)),
        acceptor_(executor),
        changed_(executor),
        tasks_(executor, [this](const std::string& name, const Error& error) {
          logger_.error("a task ended", {{"task", name}, {"error", error.message()}});
        }) {}

  Status start();
  uint16_t port() const { return acceptor_.local_endpoint().port(); }
  runtime::Awaitable<void> stop();

 private:
  runtime::Task<void> accept();
  runtime::Task<void> serve(tcp::socket socket);
  void turn_away(tcp::socket socket) const;

  telemetry::Logger logger_;
  ServerState state_;
  tcp::acceptor acceptor_;
  std::set<Connection*> connections_;
  runtime::Event changed_;
  runtime::TaskGroup tasks_;
};

Status Server::Core::start() {
  const ServerOptions& options = state_.options;
  error_code failed;
  const auto address = asio::ip::make_address(options.address, failed);
  if (failed) {
    return Error(ErrorCode::invalid_argument,
                 fmt::format("'{}' is not an address to listen on", options.address));
  }
  const tcp::endpoint endpoint(address, options.port);
  acceptor_.open(endpoint.protocol(), failed);
  if (!failed) acceptor_.set_option(tcp::acceptor::reuse_address(true), failed);
  if (!failed) acceptor_.bind(endpoint, failed);
  if (!failed) acceptor_.listen(asio::socket_base::max_listen_connections, failed);
  if (failed) {
    error_code ignored;
    acceptor_.close(ignored);
    return Error(
        ErrorCode::failed_precondition,
        fmt::format("cannot listen on {}:{}: {}", options.address, options.port, failed.message()));
  }
  tasks_.spawn("accept", accept());
  return {};
}

runtime::Task<void> Server::Core::accept() {
  while (true) {
    auto [failed, socket] = co_await acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
    if (failed == asio::error::operation_aborted || state_.draining) co_return Status();
    if (failed) {
      logger_.warn("cannot accept a connection", {{"error", failed.message()}});
      co_await runtime::sleep_for(std::chrono::milliseconds(100));
    } else if (connections_.size() >= state_.options.connections_max) {
      turn_away(std::move(socket));
    } else {
      tasks_.spawn("connection", serve(std::move(socket)));
    }
  }
}

runtime::Task<void> Server::Core::serve(tcp::socket socket) {
  struct Registration {
    Core& core;
    Connection& connection;
    Registration(Core& owner, Connection& served) : core(owner), connection(served) {
      core.connections_.insert(&connection);
    }
    ~Registration() {
      core.connections_.erase(&connection);
      core.changed_.notify_all();
    }
  };
  Connection connection(state_, std::move(socket));
  Registration registration(*this, connection);
  co_await connection.serve();
  co_return Status();
}

void Server::Core::turn_away(tcp::socket socket) const {
  const Response response = problem(503, "Too many connections are open; try again in a moment.");
  std::string bytes = response_head(response, state_.clock.now(), KeepAlive::no);
  bytes += view_of(response.body);
  error_code ignored;
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(bytes), ignored);
  socket.shutdown(tcp::socket::shutdown_both, ignored);
}

runtime::Awaitable<void> Server::Core::stop() {
  error_code ignored;
  state_.draining = true;
  acceptor_.close(ignored);
  for (Connection* connection : connections_) connection->drain();
  const auto deadline = state_.clock.monotonic() + state_.options.drain_timeout;
  while (!connections_.empty() && co_await changed_.wait_until(deadline)) {
  }
  co_await tasks_.stop();
}

Server::Server(asio::any_io_executor executor, const os::Clock& clock, telemetry::Logger logger,
               ServerOptions options, Router router, Observer observer)
    : core_(
          std::make_unique<Core>(executor, ServerState{clock, std::move(logger), std::move(options),
                                                       std::move(router), std::move(observer)})) {}

Server::~Server() = default;

Status Server::start() {
  return core_->start();
}

uint16_t Server::port() const {
  return core_->port();
}

runtime::Awaitable<void> Server::stop() {
  return core_->stop();
}

}  // namespace tarn::http
