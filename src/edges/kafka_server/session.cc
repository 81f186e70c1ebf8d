#include "edges/kafka_server/session.h"

#include <algorithm>

#include "formats/kafka_protocol/error_code.h"
#include "platform/runtime/sleep.h"

namespace tarn::kafka_server {

using kafka_protocol::code;
using kafka_protocol::KafkaError;
using login::Mechanism;

namespace {

constexpr size_t kShownBytes = 100;

// In the words of Kafka, which people and programs look for.
std::string sentence_for_client(Mechanism mechanism, const Error& error) {
  if (mechanism == Mechanism::plain) return "Authentication failed: Invalid username or password";
  std::string sentence =
      "Authentication failed during authentication due to invalid credentials with SASL "
      "mechanism " +
      std::string(name_of(mechanism));
  // Who has a token may know what is wrong with it.
  if (mechanism == Mechanism::oauthbearer) sentence += ": " + error.message();
  return sentence;
}

std::string joined(const std::vector<std::string>& names) {
  std::string result;
  for (const auto& name : names) result += (result.empty() ? "" : ", ") + name;
  return result;
}

}  // namespace

Session::Session(const SessionContext& context, Start start, std::string peer, std::string host)
    : context_(context),
      peer_(std::move(peer)),
      state_(start == Start::open ? State::open : State::expected),
      caller_(std::make_shared<access::Caller>(access::Caller{.host = std::move(host)})) {}

void Session::use_certificate(const std::string& subject) {
  caller_ = std::make_shared<access::Caller>(
      access::Caller{.principal = "User:" + subject, .host = caller_->host});
}

bool Session::has_ended() const {
  return until_ && context_.clock.monotonic() >= ends_;
}

std::optional<std::string_view> Session::refuse(int16_t api_key) const {
  if (state_ == State::open) return std::nullopt;
  const bool is_of_login = api_key == kafka_protocol::kSaslHandshake.key ||
                           api_key == kafka_protocol::kSaslAuthenticate.key ||
                           api_key == kafka_protocol::kApiVersions.key;
  if (is_of_login) return std::nullopt;
  if (!is_known_) return "the client has not logged in (SASL)";
  if (has_ended()) return "the login has ended, and the client has not logged in again";
  return std::nullopt;
}

kafka_protocol::SaslHandshakeResponse Session::shake_hands(std::string_view mechanism,
                                                           int16_t version) {
  kafka_protocol::SaslHandshakeResponse response;
  if (state_ == State::open || context_.authenticator == nullptr) {
    response.error_code = code(KafkaError::illegal_sasl_state);
    return response;
  }
  response.mechanisms = context_.authenticator->mechanism_names();
  const auto wanted = login::find_mechanism(mechanism);
  if (!wanted || !context_.authenticator->is_enabled(*wanted)) {
    context_.complaints.complain("login refused", peer_,
                                 "the mechanism '" + std::string(mechanism.substr(0, kShownBytes)) +
                                     "' is not enabled; " + joined(response.mechanisms) + " are");
    response.error_code = code(KafkaError::unsupported_sasl_mechanism);
    state_ = State::over;
    return response;
  }
  exchange_.emplace(*context_.authenticator, *wanted);
  state_ = version == 0 ? State::bare_exchange : State::exchange;
  return response;
}

runtime::Awaitable<kafka_protocol::SaslAuthenticateResponse> Session::authenticate(Bytes message) {
  kafka_protocol::SaslAuthenticateResponse response;
  if (state_ != State::exchange) {
    response.error_code = code(KafkaError::illegal_sasl_state);
    response.error_message = "SaslHandshake comes before SaslAuthenticate";
    if (state_ != State::open && state_ != State::logged_in) state_ = State::over;
    co_return response;
  }
  auto answer = co_await go_on(std::move(message));
  if (!answer) {
    response.error_code = code(KafkaError::sasl_authentication_failed);
    response.error_message = answer.error();
    co_return response;
  }
  response.auth_bytes = *std::move(answer);
  if (state_ == State::logged_in && until_) {
    const Millis rest = *until_ - context_.clock.now();
    response.session_lifetime_ms = std::max<int64_t>(1, rest.count());
  }
  co_return response;
}

runtime::Awaitable<std::optional<Bytes>> Session::take_bare_message(Bytes message) {
  auto answer = co_await go_on(std::move(message));
  if (!answer) co_return std::nullopt;
  co_return *std::move(answer);
}

runtime::Awaitable<std::expected<Bytes, Session::Failure>> Session::go_on(Bytes message) {
  auto step = co_await exchange_->step(std::move(message));
  std::optional<Failure> failure;
  if (!step) {
    failure = fail(step.error());
  } else if (step->done) {
    failure = enter(*step->done);
  }
  if (!failure) co_return std::move(step->answer);
  // Whoever tries passwords waits for each answer.
  co_await runtime::sleep_for(context_.failure_delay);
  co_return std::unexpected(*std::move(failure));
}

std::optional<Session::Failure> Session::enter(const login::LoggedIn& login) {
  if (is_known_ && caller_->principal != login.principal) {
    return fail({ErrorCode::permission_denied,
                 "Cannot change principals during re-authentication "
                 "from " +
                     caller_->principal + " to " + login.principal});
  }
  caller_ = std::make_shared<access::Caller>(
      access::Caller{.principal = login.principal, .host = caller_->host});
  until_ = login.until;
  if (until_) ends_ = context_.clock.monotonic() + (*until_ - context_.clock.now());
  exchange_.reset();
  state_ = State::logged_in;
  is_known_ = true;
  context_.good_logins.add(1);
  return std::nullopt;
}

void Session::end(std::string_view why) {
  state_ = State::over;
  context_.complaints.complain("a request without an answer (acks=0) failed", peer_, why);
}

Session::Failure Session::fail(const Error& error) {
  state_ = State::over;
  context_.failed_logins.add(1);
  const auto mechanism = exchange_->mechanism();
  const std::string who =
      exchange_->user().empty() ? "" : ", user '" + exchange_->user().substr(0, kShownBytes) + "'";
  context_.complaints.complain("login refused", peer_,
                               std::string(name_of(mechanism)) + who + ": " + error.message());
  return sentence_for_client(mechanism, error);
}

}  // namespace tarn::kafka_server
