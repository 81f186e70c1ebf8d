#include "engines/http/client_connection.h"

#include <algorithm>
#include <array>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <fmt/core.h>

#include "engines/http/resolve.h"

namespace tarn::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;

constexpr int kStatusMin = 100;  // RFC 9110, section 15
constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);

bool is_clean(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

Error timed_out(std::string_view what) {
  return {ErrorCode::timed_out, fmt::format("{} took longer than allowed", what)};
}

Error broken_connection(error_code failed, std::string_view what) {
  if (failed == beast::error::timeout) return timed_out(what);
  return {ErrorCode::unavailable, fmt::format("{} failed: {}", what, failed.message())};
}

Error broken_answer(error_code failed, const ClientRequest& request, const ClientOptions& options) {
  using beast::http::error;
  if (failed == beast::error::timeout) return timed_out("the answer");
  if (failed == error::body_limit) {
    return {ErrorCode::resource_exhausted,
            fmt::format("the answer is larger than {} bytes", request.body_bytes_max)};
  }
  if (failed == error::header_limit) {
    return {
        ErrorCode::resource_exhausted,
        fmt::format("the header of the answer is larger than {} bytes", options.header_bytes_max)};
  }
  if (failed == error::end_of_stream) {
    return {ErrorCode::unavailable, "the server closed the connection without an answer"};
  }
  if (failed == error::partial_message || failed == asio::ssl::error::stream_truncated) {
    return {ErrorCode::unavailable, "the answer ends in its middle"};
  }
  if (failed.category() == make_error_code(error::bad_method).category()) {
    return {ErrorCode::corrupt, "the answer is not HTTP: " + failed.message()};
  }
  return {ErrorCode::unavailable, "reading the answer failed: " + failed.message()};
}

Status check_fields(const ClientRequest& request) {
  for (const Header& field : request.headers) {
    if (field.name.empty() || !is_clean(field.name) || !is_clean(field.value) ||
        field.name.find_first_of(": ") != std::string::npos) {
      return Error(ErrorCode::invalid_argument,
                   fmt::format("the header '{}' has a name or value that HTTP does not allow",
                               is_clean(field.name) ? field.name : "?"));
    }
  }
  return {};
}

std::string request_head(const Url& url, const ClientRequest& request,
                         const ClientOptions& options) {
  std::string head = fmt::format("{} {} HTTP/1.1\r\n", to_string(request.method), url.target());
  const auto add = [&](std::string_view name, std::string_view value) {
    head.append(name).append(": ").append(value).append("\r\n");
  };
  if (!request.headers.contains("Host")) add("Host", url.authority());
  if (!request.headers.contains("User-Agent")) add("User-Agent", options.user_agent);
  if (!request.headers.contains("Accept")) add("Accept", "*/*");
  if (!request.headers.contains("Accept-Encoding")) add("Accept-Encoding", "identity");
  const bool may_have_body = request.method == Method::post || request.method == Method::put ||
                             request.method == Method::patch;
  if (may_have_body || !request.body.empty()) {
    add("Content-Length", std::to_string(request.body.size()));
  }
  for (const Header& field : request.headers) add(field.name, field.value);
  return head + "\r\n";
}

std::string certificate_problem(SSL* ssl, error_code failed) {
  const long result = SSL_get_verify_result(ssl);
  return result == X509_V_OK ? failed.message() : X509_verify_cert_error_string(result);
}

Error no_status(int status) {
  return {ErrorCode::unavailable,
          fmt::format("the answer has {:03} where its status stands", status)};
}

bool is_interim(int status) {
  return status >= 100 && status < 200 && status != 101;
}

}  // namespace

ClientConnection::ClientConnection(const os::Clock& clock, ClientOptions options,
                                   asio::any_io_executor executor)
    : clock_(clock), options_(std::move(options)), plain_(std::make_unique<Stream>(executor)) {}

runtime::Task<std::unique_ptr<ClientConnection>> ClientConnection::open(
    // NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): outlives all
    const os::Clock& clock, ClientOptions options, Url url, asio::ssl::context* tls,
    os::MonotonicTime deadline) {
  auto connection = std::make_unique<ClientConnection>(clock, std::move(options),
                                                       co_await asio::this_coro::executor);
  CO_TRY(co_await connection->connect(url, deadline));
  if (tls != nullptr) CO_TRY(co_await connection->shake_hands(url, tls, deadline));
  co_return connection;
}

runtime::Task<void> ClientConnection::connect(Url url, os::MonotonicTime deadline) {
  const auto limit_of_name = std::min(deadline, clock_.monotonic() + options_.connect_timeout);
  const auto addresses = CO_TRY(co_await resolve(url, limit_of_name));
  limit(deadline, options_.connect_timeout);
  auto [failed, endpoint] = co_await plain_->async_connect(addresses, kAsTuple);
  if (failed) co_return broken_connection(failed, "connecting");
  error_code ignored;
  plain_->socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  co_return Status();
}

runtime::Task<void> ClientConnection::shake_hands(Url url, asio::ssl::context* tls,
                                                  os::MonotonicTime deadline) {
  tls_ = std::make_unique<TlsStream>(std::move(*plain_), *tls);
  plain_.reset();
  error_code not_an_address;
  asio::ip::make_address(url.host, not_an_address);
  if (not_an_address) SSL_set_tlsext_host_name(tls_->native_handle(), url.host.c_str());
  tls_->set_verify_callback(asio::ssl::host_name_verification(url.host));
  limit(deadline, options_.connect_timeout);
  auto [failed] = co_await tls_->async_handshake(asio::ssl::stream_base::client, kAsTuple);
  if (failed == beast::error::timeout) co_return timed_out("the TLS handshake");
  if (failed) {
    co_return Error(ErrorCode::unavailable,
                    fmt::format("no secure connection: {}",
                                certificate_problem(tls_->native_handle(), failed)));
  }
  co_return Status();
}

ClientConnection::Stream& ClientConnection::lowest() {
  return tls_ ? tls_->next_layer() : *plain_;
}

void ClientConnection::limit(os::MonotonicTime deadline, std::chrono::milliseconds timeout) {
  lowest().expires_at(std::min(deadline, clock_.monotonic() + timeout));
}

runtime::Task<ClientResponse> ClientConnection::exchange(Url url, ClientRequest request) {
  reusable_ = false;
  ended_early_ = false;
  CO_TRY(check_fields(request));
  if (tls_) co_return co_await exchange_over(*tls_, std::move(url), std::move(request));
  co_return co_await exchange_over(*plain_, std::move(url), std::move(request));
}

template <class AnyStream>
// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): a member
runtime::Task<ClientResponse> ClientConnection::exchange_over(AnyStream& stream, Url url,
                                                              ClientRequest request) {
  const std::string head = request_head(url, request, options_);
  const std::array<asio::const_buffer, 2> parts = {asio::buffer(head), asio::buffer(request.body)};
  limit(request.deadline, options_.idle_timeout);
  auto [unsent, sent] = co_await asio::async_write(stream, parts, kAsTuple);
  // An answer may be there although the request could not be sent whole; it says more.
  if (unsent == beast::error::timeout) co_return timed_out("sending the request");

  ClientResponse response;
  while (response.status == 0) {
    beast::http::response_parser<beast::http::string_body> parser;
    parser.header_limit(static_cast<uint32_t>(options_.header_bytes_max));
    parser.body_limit(request.body_bytes_max);
    parser.skip(request.method == Method::head);
    limit(request.deadline, options_.idle_timeout);
    auto [failed, received] =
        co_await beast::http::async_read_header(stream, buffer_, parser, kAsTuple);
    if (failed) {
      ended_early_ = !parser.got_some() && failed != beast::error::timeout;
      co_return broken_answer(failed, request, options_);
    }
    const auto status = static_cast<int>(parser.get().result_int());
    if (status < kStatusMin) co_return no_status(status);
    if (is_interim(status)) continue;
    while (!parser.is_done()) {
      limit(request.deadline, options_.idle_timeout);
      auto [broken, more] =
          co_await beast::http::async_read_some(stream, buffer_, parser, kAsTuple);
      if (broken) co_return broken_answer(broken, request, options_);
    }
    reusable_ = !unsent && parser.keep_alive();
    auto& message = parser.get();
    response.status = status;
    for (const auto& field : message) response.headers.add(field.name_string(), field.value());
    response.body = std::move(message.body());
  }
  lowest().expires_never();
  co_return response;
}

}  // namespace tarn::http
