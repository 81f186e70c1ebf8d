// The bytes of a connection: plain, or within TLS.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <tuple>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "platform/runtime/task.h"
#include "platform/tls/server_identity.h"

namespace tarn::kafka_server {

// One reader and one writer at a time. Adds nothing to the plain way but a branch. I/O thread.
class Transport {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using Outcome = std::tuple<boost::system::error_code, size_t>;

  // identity: none for plain.
  Transport(Socket socket, const tls::ServerIdentity* identity);

  [[nodiscard]] bool is_tls() const { return tls_.has_value(); }
  [[nodiscard]] Socket& socket() { return socket_; }
  [[nodiscard]] const Socket& socket() const { return socket_; }

  // Before anything else over TLS. The error is a sentence about the peer.
  runtime::Task<void> shake_hands();
  // The name in the certificate that the peer has shown, if it has.
  [[nodiscard]] std::optional<std::string> peer_subject();

  // All of `into`, or an error.
  runtime::Awaitable<Outcome> read(boost::asio::mutable_buffer into);
  // What the peer's machine takes at once of it, one byte at least, or an error.
  runtime::Awaitable<Outcome> write_some(std::span<const boost::asio::const_buffer> buffers);

 private:
  Socket socket_;
  std::optional<boost::asio::ssl::stream<Socket&>> tls_;
};

}  // namespace tarn::kafka_server
