#include "engines/http/connection.h"

#include <array>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <fmt/core.h>

#include "engines/http/access.h"
#include "engines/http/errors.h"
#include "engines/http/response_head.h"
#include "engines/http/url.h"
#include "platform/runtime/deadline.h"

namespace tarn::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;

constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);
constexpr size_t kReceiveBytes = 16 << 10;
constexpr size_t kLingerBytes = 1 << 20;

std::string text_of(const asio::ip::tcp::socket& socket) {
  error_code failed;
  const auto peer = socket.remote_endpoint(failed);
  if (failed) return "";
  const std::string address = peer.address().to_string();
  return peer.address().is_v6() ? fmt::format("[{}]:{}", address, peer.port())
                                : fmt::format("{}:{}", address, peer.port());
}

bool is_fresh_end(error_code failed) {
  return failed == beast::http::error::end_of_stream || failed == asio::error::eof ||
         failed == asio::error::connection_reset || failed == asio::error::operation_aborted;
}

Response refusal_of(error_code failed, const ServerOptions& options) {
  if (failed == beast::http::error::header_limit) {
    return problem(431, fmt::format("The request's header is larger than {} bytes.",
                                    options.header_bytes_max));
  }
  if (failed == beast::http::error::body_limit) {
    return problem(
        413, fmt::format("The request's body is larger than {} bytes.", options.body_bytes_max));
  }
  if (failed == beast::http::error::bad_version) {
    return problem(505, "This server speaks HTTP/1.1 and HTTP/1.0.");
  }
  if (failed == asio::error::no_buffer_space) {
    return problem(503, "Too many large requests are under way; try again in a moment.");
  }
  return problem(400, "The request is malformed: " + failed.message() + ".");
}

std::string join(const std::vector<Method>& methods) {
  std::string names;
  for (Method method : methods) {
    if (!names.empty()) names += ", ";
    names += to_string(method);
    if (method == Method::get) names += ", HEAD";
  }
  return names;
}

Response wrong_method(Method method, const std::vector<Method>& allowed) {
  if (method == Method::options) return {204, {{"Allow", join(allowed)}}, ""};
  Response response = problem(405, fmt::format("This path answers {} only.", join(allowed)));
  response.headers.set("Allow", join(allowed));
  return response;
}

}  // namespace

Connection::Connection(ServerState& server, asio::ip::tcp::socket socket)
    : server_(server),
      socket_(std::move(socket)),
      alarm_(socket_.get_executor(), os::MonotonicTime::max()),
      remote_(text_of(socket_)) {
  error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
}

Connection::~Connection() {
  server_.bodies_bytes -= body_bytes_;
}

runtime::Awaitable<void> Connection::serve() {
  using asio::experimental::awaitable_operators::operator||;
  set_deadline(server_.options.header_timeout);
  co_await (serve_requests() || watch());
}

void Connection::drain() {
  if (!idle_) return;
  error_code ignored;
  socket_.cancel(ignored);
}

// A deadline that moves later leaves the alarm as it is; the watcher sees that it rang too early.
void Connection::set_deadline(std::chrono::milliseconds from_now) {
  deadline_ = server_.clock.monotonic() + from_now;
  timed_out_ = false;
  if (deadline_ < alarm_.expiry()) alarm_.expires_at(deadline_);
}

runtime::Awaitable<void> Connection::watch() {
  while (true) {
    co_await alarm_.async_wait(kAsTuple);
    const auto cancelled = co_await asio::this_coro::cancellation_state;
    if (ended_ || cancelled.cancelled() != asio::cancellation_type::none) co_return;
    if (server_.clock.monotonic() >= deadline_) {
      timed_out_ = true;
      deadline_ = os::MonotonicTime::max();
      error_code ignored;
      socket_.cancel(ignored);
    }
    if (alarm_.expiry() <= server_.clock.monotonic()) alarm_.expires_at(deadline_);
  }
}

runtime::Awaitable<void> Connection::serve_requests() {
  // However this ends, the watcher ends too.
  struct Ending {
    Connection& connection;
    ~Ending() {
      connection.ended_ = true;
      connection.alarm_.cancel();
    }
  } ending{*this};
  while (co_await serve_one()) {
    if (server_.draining) break;
    set_deadline(server_.options.idle_timeout);
  }
  error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
}

runtime::Awaitable<bool> Connection::serve_one() {
  Parser parser;
  exchange_ = {};
  account_body(0);
  idle_ = true;
  const Incoming incoming = co_await read(parser);
  idle_ = false;
  if (incoming == Incoming::closed) co_return false;
  const auto begun = server_.clock.monotonic();
  bool keep_alive = false;
  Method method = Method::other;
  Response response = std::move(refusal_);
  if (incoming == Incoming::request) {
    Request request = take_request(parser);
    method = exchange_.method = request.method;
    keep_alive = parser.get().keep_alive();
    response = co_await answer(std::move(request));
  }
  exchange_.status = response.status;
  exchange_.body_bytes = view_of(response.body).size();
  keep_alive = keep_alive && !server_.draining;
  const bool written = co_await write(std::move(response), method, keep_alive);
  exchange_.duration = server_.clock.monotonic() - begun;
  if (server_.observer) server_.observer(exchange_);
  if (incoming == Incoming::refused && written) co_await linger();
  co_return written&& keep_alive;
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): awaited at once
runtime::Awaitable<Connection::Incoming> Connection::read(Parser& parser) {
  parser.header_limit(static_cast<uint32_t>(server_.options.header_bytes_max));
  parser.body_limit(server_.options.body_bytes_max);
  error_code failed;
  if (buffer_.size() == 0) failed = co_await receive();
  idle_ = false;
  if (failed) co_return Incoming::closed;
  set_deadline(server_.options.header_timeout);
  parser.eager(false);
  while (!failed && !parser.is_header_done()) failed = co_await advance(parser);
  if (!failed) {
    parser.eager(true);
    failed = co_await read_body(parser);
  }
  if (!failed) co_return Incoming::request;
  if (timed_out_) {
    refusal_ = problem(408, "The request did not arrive in time.");
  } else if (is_fresh_end(failed)) {
    co_return Incoming::closed;
  } else {
    refusal_ = refusal_of(failed, server_.options);
  }
  co_return Incoming::refused;
}

// Feeds the parser with what is there, or receives more when that does not move it.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): awaited at once
runtime::Awaitable<error_code> Connection::advance(Parser& parser) {
  if (buffer_.size() > 0) {
    error_code failed;
    const size_t taken = parser.put(buffer_.data(), failed);
    buffer_.consume(taken);
    if (failed != beast::http::error::need_more && (failed || taken > 0)) co_return failed;
  }
  co_return co_await receive();
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): awaited at once
runtime::Awaitable<error_code> Connection::read_body(Parser& parser) {
  if (parser.is_done()) co_return error_code();
  set_deadline(server_.options.body_timeout);
  if (equals_ignoring_case(parser.get()[beast::http::field::expect], "100-continue")) {
    constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    auto [failed, written] = co_await asio::async_write(socket_, asio::buffer(kContinue), kAsTuple);
    if (failed) co_return failed;
  }
  while (!parser.is_done()) {
    const size_t expected = parser.content_length().value_or(0);
    account_body(std::max<size_t>(parser.get().body().size(), expected));
    if (server_.bodies_bytes > server_.options.bodies_bytes_max) {
      co_return asio::error::no_buffer_space;
    }
    if (auto failed = co_await advance(parser)) co_return failed;
    set_deadline(server_.options.body_timeout);
  }
  account_body(parser.get().body().size());
  co_return error_code();
}

runtime::Awaitable<error_code> Connection::receive() {
  auto [failed, received] =
      co_await socket_.async_read_some(buffer_.prepare(kReceiveBytes), kAsTuple);
  if (!failed) buffer_.commit(received);
  co_return failed;
}

void Connection::account_body(size_t bytes) {
  server_.bodies_bytes += bytes;
  server_.bodies_bytes -= body_bytes_;
  body_bytes_ = bytes;
}

Request Connection::take_request(Parser& parser) const {
  auto& message = parser.get();
  Request request;
  request.method = parse_method(message.method_string());
  request.target = message.target();
  request.path = request.target.substr(0, request.target.find('?'));
  for (const auto& field : message) {
    request.headers.add(field.name_string(), field.value());
  }
  request.body = std::move(message.body());
  request.remote = remote_;
  return request;
}

runtime::Awaitable<Response> Connection::answer(Request request) {
  auto match = server_.router.match(request.method, request.path);
  const RouteOptions route = match.route ? match.route->options : RouteOptions();
  if (auto refused = refuse(request, route, server_.options.allowed_hosts)) {
    co_return *std::move(refused);
  }
  if (match.allowed.empty()) {
    co_return problem(404, fmt::format("There is nothing at '{}'.", request.path));
  }
  if (match.route == nullptr) co_return wrong_method(request.method, match.allowed);
  exchange_.route = request.route = match.route->pattern;
  request.path_params = std::move(match.path_params);
  const size_t question = request.target.find('?');
  if (question != std::string::npos) {
    auto query = parse_query(std::string_view(request.target).substr(question + 1));
    if (!query) co_return problem(query.error());
    request.query = *std::move(query);
  }
  co_return co_await call(match.route->handler, std::move(request));
}

runtime::Awaitable<Response> Connection::call(Handler handler, Request request) {
  const auto timeout = server_.options.handler_timeout;
  set_deadline(timeout * 2);
  try {
    auto response = co_await runtime::with_deadline(handler(std::move(request)),
                                                    server_.clock.monotonic() + timeout);
    if (response) co_return *std::move(response);
    if (status_of(response.error().code()) != 500) co_return problem(response.error());
    co_return failure(response.error().message());
  } catch (const boost::system::system_error& error) {
    // Cancellation unwinds.
    if (error.code() == asio::error::operation_aborted) throw;
    co_return failure(error.what());
  } catch (const std::exception& error) {
    co_return failure(error.what());
  }
}

// The reason stands in the log only; the id connects the two.
Response Connection::failure(std::string_view reason) {
  const std::string id =
      fmt::format("{:x}-{}", unix_millis(server_.clock.now()), ++server_.failures);
  server_.logger.error("a request failed here",
                       {{"id", id}, {"route", exchange_.route}, {"reason", reason}});
  return problem(500, fmt::format("Something went wrong here; the log has it under {}.", id),
                 {{"id", json_quoted(id)}});
}

runtime::Awaitable<bool> Connection::write(Response response, Method method, bool keep_alive) {
  set_deadline(server_.options.write_timeout);
  const std::string head =
      response_head(response, server_.clock.now(), keep_alive ? KeepAlive::yes : KeepAlive::no);
  std::string_view body = method == Method::head ? "" : view_of(response.body);
  if (response.status == 204 || response.status == 304) body = "";
  std::array<asio::const_buffer, 2> parts = {asio::buffer(head), asio::buffer(body)};
  while (asio::buffer_size(parts) > 0) {
    auto [failed, written] = co_await socket_.async_write_some(parts, kAsTuple);
    if (failed) co_return false;
    const size_t of_head = std::min(written, parts[0].size());
    parts[0] += of_head;
    parts[1] += written - of_head;
    set_deadline(server_.options.write_timeout);
  }
  co_return true;
}

// A refused request may still be on its way. Closing now would reset the connection, and the
// answer would be lost with it.
runtime::Awaitable<void> Connection::linger() {
  error_code failed;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, failed);
  set_deadline(std::chrono::seconds(2));
  for (size_t dropped = 0; !failed && dropped < kLingerBytes; dropped += buffer_.size()) {
    buffer_.clear();
    failed = co_await receive();
  }
}

}  // namespace tarn::http
