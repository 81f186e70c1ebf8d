// One connection of the server: requests in, answers out, in order.
#pragma once

#include <cstddef>
#include <list>
#include <string>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "engines/http/server.h"

namespace tarn::http {

// What the connections of a server share.
struct ServerState {
  const os::Clock& clock;
  telemetry::Logger logger;
  ServerOptions options;
  Router router;
  Observer observer;
  size_t bodies_bytes = 0;
  uint64_t failures = 0;  // answers of 500 since the start
  bool draining = false;
};

class Connection {
 public:
  Connection(ServerState& server, boost::asio::ip::tcp::socket socket);
  ~Connection();

  // Until the peer closes, a limit is reached, or the server drains.
  runtime::Awaitable<void> serve();
  // Ends a connection that waits for its next request; others end after their answer.
  void drain();

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  enum class Incoming { request, closed, refused };

  runtime::Awaitable<void> serve_requests();
  runtime::Awaitable<void> watch();
  runtime::Awaitable<bool> serve_one();
  runtime::Awaitable<Incoming> read(Parser& parser);
  runtime::Awaitable<boost::system::error_code> advance(Parser& parser);
  runtime::Awaitable<boost::system::error_code> read_body(Parser& parser);
  runtime::Awaitable<boost::system::error_code> receive();
  runtime::Awaitable<Response> answer(Request request);
  runtime::Awaitable<Response> call(Handler handler, Request request);
  Response failure(std::string_view reason);
  runtime::Awaitable<bool> write(Response response, Method method, bool keep_alive);
  runtime::Awaitable<void> linger();
  Request take_request(Parser& parser) const;
  void account_body(size_t bytes);
  void set_deadline(std::chrono::milliseconds from_now);

  ServerState& server_;
  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer alarm_;
  os::MonotonicTime deadline_;
  std::string remote_;
  boost::beast::flat_buffer buffer_;
  Response refusal_;
  Exchange exchange_;
  size_t body_bytes_ = 0;
  bool idle_ = true;
  bool timed_out_ = false;
  bool ended_ = false;
};

}  // namespace tarn::http
