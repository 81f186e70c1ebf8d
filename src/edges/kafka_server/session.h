// Who is at the other end of a connection, and how he has shown it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "edges/kafka_server/complaints.h"
#include "formats/kafka_protocol/sasl.h"
#include "platform/os/clock.h"
#include "platform/telemetry/metrics.h"
#include "services/access/caller.h"
#include "services/login/authenticator.h"

namespace tarn::kafka_server {

// What all sessions of a server work with.
struct SessionContext {
  const login::Authenticator* authenticator = nullptr;  // none: nobody can log in
  const os::Clock& clock;
  Complaints& complaints;
  Millis failure_delay;
  telemetry::Counter& good_logins;
  telemetry::Counter& failed_logins;
};

// The state of logins of one connection (KIP-43, KIP-152, KIP-368). Before a login only
// ApiVersions, SaslHandshake and SaslAuthenticate are answered. Whoever is logged in may log in
// again, as the same user; whose login has ended must. A failed login is answered a little later,
// and ends the connection. I/O thread.
class Session final {
 public:
  enum class Start { open, login };  // open: everybody may go on

  Session(const SessionContext& context, Start start, std::string peer, std::string host);

  // Whoever the certificate of the other side names.
  void use_certificate(const std::string& subject);

  // Requests need not wait for those before them.
  [[nodiscard]] bool is_open() const { return state_ == State::open || state_ == State::logged_in; }
  // Whoever it is may stay, and send requests of any size.
  [[nodiscard]] bool is_known() const { return state_ == State::open || is_known_; }
  // A request without an answer failed, which the end of the connection tells.
  void end(std::string_view why);
  // The answer that is just sent is the last one.
  [[nodiscard]] bool is_over() const { return state_ == State::over; }
  // The next frame is a message of the mechanism without any header: SaslHandshake version 0.
  [[nodiscard]] bool expects_bare_message() const { return state_ == State::bare_exchange; }
  // Why a request cannot be taken now; none: it can.
  [[nodiscard]] std::optional<std::string_view> refuse(int16_t api_key) const;
  [[nodiscard]] const std::shared_ptr<const access::Caller>& caller() const { return caller_; }

  kafka_protocol::SaslHandshakeResponse shake_hands(std::string_view mechanism, int16_t version);
  runtime::Awaitable<kafka_protocol::SaslAuthenticateResponse> authenticate(Bytes message);
  // None: the connection ends without a word, as the protocol has it.
  runtime::Awaitable<std::optional<Bytes>> take_bare_message(Bytes message);

 private:
  enum class State { open, expected, exchange, bare_exchange, logged_in, over };

  // What the client gets to read when it is not let in.
  using Failure = std::string;
  runtime::Awaitable<std::expected<Bytes, Failure>> go_on(Bytes message);
  std::optional<Failure> enter(const login::LoggedIn& login);
  Failure fail(const Error& error);
  [[nodiscard]] bool has_ended() const;

  const SessionContext& context_;
  std::string peer_;
  State state_;
  bool is_known_ = false;  // a login was good, whatever another one may become
  std::optional<login::Exchange> exchange_;
  std::shared_ptr<const access::Caller> caller_;
  std::optional<Timestamp> until_;  // for clients
  os::MonotonicTime ends_{};        // until_ by a clock that does not step
};

}  // namespace tarn::kafka_server
