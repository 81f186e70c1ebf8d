#include "edges/kafka_server/transport.h"

#include <array>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "platform/tls/certificate.h"
#include "platform/tls/handshake_problem.h"

namespace tarn::kafka_server {

namespace asio = boost::asio;
using runtime::Awaitable;
using runtime::Task;

namespace {

constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);
constexpr auto kHandshakeRecord = std::byte{0x16};

}  // namespace

Transport::Transport(Socket socket, const tls::ServerIdentity* identity)
    : socket_(std::move(socket)) {
  if (identity) tls_.emplace(socket_, identity->new_connection());
}

Task<void> Transport::shake_hands() {
  // Looked at before TLS does, for it could only say that something is wrong.
  std::array<std::byte, 1> first;
  auto [gone] = co_await socket_.async_wait(Socket::wait_read, kNoThrow);
  boost::system::error_code failed = gone;
  if (!failed) {
    socket_.receive(asio::buffer(first), Socket::message_peek, failed);
  }
  if (failed) co_return Error(ErrorCode::unavailable, "it went before the TLS handshake");
  if (first[0] != kHandshakeRecord) {
    co_return Error(ErrorCode::corrupt, "this is plain text, and the port speaks TLS");
  }
  auto [refused] = co_await tls_->async_handshake(asio::ssl::stream_base::server, kNoThrow);
  if (!refused) co_return Status();
  co_return Error(
      ErrorCode::permission_denied,
      "the TLS handshake failed: " +
          tls::handshake_problem(tls_->native_handle(), refused.value(), refused.message()));
}

std::optional<std::string> Transport::peer_subject() {
  if (!tls_) return std::nullopt;
  return tls::peer_subject(tls_->native_handle());
}

Awaitable<Transport::Outcome> Transport::read(asio::mutable_buffer into) {
  if (tls_) return asio::async_read(*tls_, into, kNoThrow);
  return asio::async_read(socket_, into, kNoThrow);
}

Awaitable<Transport::Outcome> Transport::write_some(std::span<const asio::const_buffer> buffers) {
  if (tls_) return tls_->async_write_some(buffers, kNoThrow);
  return socket_.async_write_some(buffers, kNoThrow);
}

}  // namespace tarn::kafka_server
