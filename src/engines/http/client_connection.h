// One connection of the client, plain or TLS.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include "engines/http/client.h"

namespace tarn::http {

class ClientConnection {
 public:
  // Resolves, connects and shakes hands, each within connect_timeout; tls: for https only.
  static runtime::Task<std::unique_ptr<ClientConnection>> open(const os::Clock& clock,
                                                               ClientOptions options, Url url,
                                                               boost::asio::ssl::context* tls,
                                                               os::MonotonicTime deadline);

  ClientConnection(const os::Clock& clock, ClientOptions options,
                   boost::asio::any_io_executor executor);

  // One request and its answer; no redirects. request.url is not looked at.
  runtime::Task<ClientResponse> exchange(Url url, ClientRequest request);

  // Whether another request may follow.
  [[nodiscard]] bool is_reusable() const { return reusable_; }
  // Whether the last exchange ended before a byte of the answer came: a kept connection that the
  // server had closed meanwhile.
  [[nodiscard]] bool ended_early() const { return ended_early_; }

 private:
  using Stream = boost::beast::tcp_stream;
  using TlsStream = boost::asio::ssl::stream<Stream>;

  runtime::Task<void> connect(Url url, os::MonotonicTime deadline);
  runtime::Task<void> shake_hands(Url url, boost::asio::ssl::context* tls,
                                  os::MonotonicTime deadline);
  template <class AnyStream>
  // NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): a member
  runtime::Task<ClientResponse> exchange_over(AnyStream& stream, Url url, ClientRequest request);
  void limit(os::MonotonicTime deadline, std::chrono::milliseconds timeout);
  Stream& lowest();

  const os::Clock& clock_;
  ClientOptions options_;
  std::unique_ptr<Stream> plain_;
  std::unique_ptr<TlsStream> tls_;
  boost::beast::flat_buffer buffer_;
  bool reusable_ = false;
  bool ended_early_ = false;
};

}  // namespace tarn::http
