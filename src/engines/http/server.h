// An HTTP/1.1 server for the edges: many connections on one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "base/error.h"
#include "engines/http/router.h"
#include "platform/os/clock.h"
#include "platform/runtime/task.h"
#include "platform/telemetry/logger.h"

namespace tarn::http {

struct ServerOptions {
  std::string address = "127.0.0.1";
  uint16_t port = 0;  // 0: a free one
  size_t connections_max = 1024;
  size_t header_bytes_max = 16 << 10;
  size_t body_bytes_max = 16 << 20;
  size_t bodies_bytes_max = 64 << 20;  // of all requests that are being read or answered
  std::chrono::milliseconds header_timeout = std::chrono::seconds(10);
  std::chrono::milliseconds body_timeout = std::chrono::seconds(30);  // without a byte
  std::chrono::milliseconds write_timeout = std::chrono::seconds(30);
  std::chrono::milliseconds idle_timeout = std::chrono::seconds(60);
  std::chrono::milliseconds handler_timeout = std::chrono::seconds(60);
  std::chrono::milliseconds drain_timeout = std::chrono::seconds(5);
  // Names under which clients may call, besides localhost and addresses. Others are refused: a name
  // of a foreign site that resolves to this machine makes its pages callers (DNS rebinding).
  std::vector<std::string> allowed_hosts;
};

// For metrics and access logs; called after each answer.
struct Exchange {
  Method method = Method::get;
  std::string route;  // empty: none matched
  int status = 0;
  size_t body_bytes = 0;
  std::chrono::nanoseconds duration{};
};
using Observer = std::function<void(const Exchange&)>;

// The problem: HTTP for the edges without any of them knowing sockets, limits or deadlines. What is
// malformed, too large, too slow or not for us is answered here as problem JSON and never reaches a
// handler. Requests of one connection are answered one after the other; a request that hangs holds
// its own connection only. All calls on the executor's thread.
class Server {
 public:
  Server(boost::asio::any_io_executor executor, const os::Clock& clock, telemetry::Logger logger,
         ServerOptions options, Router router, Observer observer = {});
  ~Server();

  // Binds and listens. Errors: failed_precondition (the port is in use, no such address).
  Status start();
  [[nodiscard]] uint16_t port() const;
  // Accepts no more, lets running requests end within drain_timeout, closes. Must be awaited before
  // the destructor if start() succeeded.
  runtime::Awaitable<void> stop();

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace tarn::http
