#include "services/login/authenticator.h"

#include <algorithm>

#include "base/sha256.h"
#include "base/uuid.h"
#include "formats/aws/msk_login.h"
#include "formats/sasl/bearer.h"
#include "formats/sasl/plain.h"

namespace tarn::login {
namespace {

Error wrong_password() {
  return {ErrorCode::permission_denied, "the user is unknown or the password wrong"};
}

// A nonce is printable and has no comma.
std::string new_nonce() {
  return sha256_hex(random_bytes(32), 20);
}

std::string new_request_id() {
  return sha256_hex(random_bytes(32), 16);
}

bool is_password_of(const sasl::ScramCredential& credential, const std::string& password) {
  const auto made =
      sasl::make_credential(credential.hash, password, credential.salt, credential.iterations);
  // Equal at no earlier byte for a guess that is nearer: digests are compared.
  return sha256(made.stored_key) == sha256(credential.stored_key);
}

}  // namespace

Exchange::Exchange(const Authenticator& authenticator, Mechanism mechanism)
    : authenticator_(authenticator), mechanism_(mechanism) {}

runtime::Task<Step> Exchange::step(Bytes message) {
  switch (mechanism_) {
    case Mechanism::plain:
      co_return co_await plain(std::move(message));
    case Mechanism::scram_sha_256:
    case Mechanism::scram_sha_512:
      co_return scram(message);
    case Mechanism::oauthbearer:
      co_return bearer(message);
    case Mechanism::aws_msk_iam:
      co_return aws(message);
  }
  co_return wrong_password();
}

runtime::Task<Step> Exchange::plain(Bytes message) {
  auto login = CO_TRY(sasl::read_plain(message));
  user_ = login.user;
  // Whichever of the two kinds of credentials there is.
  const bool has_512 = authenticator_.users_.find(user_, sasl::ScramHash::sha512) != nullptr &&
                       authenticator_.users_.find(user_, sasl::ScramHash::sha256) == nullptr;
  auto credential = authenticator_.credential_of(
      user_, has_512 ? sasl::ScramHash::sha512 : sasl::ScramHash::sha256);
  const bool is_right = CO_TRY(co_await authenticator_.pool_.run(
      [credential = std::move(credential), password = std::move(login.password)]() -> Result<bool> {
        return is_password_of(credential, password);
      }));
  if (!is_right) co_return wrong_password();
  co_return done(user_);
}

Result<Step> Exchange::scram(BytesView message) {
  const auto hash = *hash_of(mechanism_);
  if (!scram_) {
    scram_.emplace(hash, new_nonce());
    user_ = TRY(scram_->read_user(message));
    const std::string challenge = scram_->challenge(authenticator_.credential_of(user_, hash));
    const BytesView bytes = as_bytes(challenge);
    return Step{.answer = Bytes(bytes.begin(), bytes.end()), .done = {}};
  }
  auto proof = scram_->verify(message);
  if (!proof) {
    return proof.error().code() == ErrorCode::permission_denied ? wrong_password() : proof.error();
  }
  Step last = done(user_);
  const BytesView bytes = as_bytes(*proof);
  last.answer.assign(bytes.begin(), bytes.end());
  return last;
}

Result<Step> Exchange::bearer(BytesView message) {
  const auto login = TRY(sasl::read_bearer(message));
  const auto& options = authenticator_.options_;
  const Timestamp now = authenticator_.clock_.now();
  std::string user;
  std::optional<Timestamp> until;
  // A signed token has dots, the Base64 of a URL has none.
  if (login.token.contains('.')) {
    if (!options.tokens) {
      return Error(ErrorCode::permission_denied, "signed tokens are not taken: say security.oauth");
    }
    const auto claims =
        TRY(jwt::verify(login.token, options.tokens->keys, options.tokens->expected, now));
    user = claims.principal;
    until = claims.expires;
  } else {
    const auto msk = TRY(aws::verify_msk_token(
        login.token,
        [&](const std::string& key) -> std::optional<std::string> {
          user_ = key;
          const auto known = options.aws.find(key);
          if (known == options.aws.end()) return std::nullopt;
          return known->second.secret;
        },
        now));
    user = options.aws.at(msk.access_key_id).user;
  }
  user_ = user;
  if (!login.acting_as.empty() && login.acting_as != user) {
    return Error(ErrorCode::permission_denied, "a user can only act as itself");
  }
  return done(user, until);
}

Result<Step> Exchange::aws(BytesView message) {
  const auto& keys = authenticator_.options_.aws;
  const auto login = TRY(aws::verify_msk_payload(
      message,
      [&](const std::string& key) -> std::optional<std::string> {
        user_ = key;
        const auto known = keys.find(key);
        if (known == keys.end()) return std::nullopt;
        return known->second.secret;
      },
      authenticator_.clock_.now()));
  user_ = keys.at(login.access_key_id).user;
  Step last = done(user_);
  const std::string answer = aws::msk_answer(new_request_id());
  const BytesView bytes = as_bytes(answer);
  last.answer.assign(bytes.begin(), bytes.end());
  return last;
}

Step Exchange::done(const std::string& user, std::optional<Timestamp> until) const {
  if (const auto& lifetime = authenticator_.options_.lifetime_max) {
    const Timestamp latest = authenticator_.clock_.now() + *lifetime;
    until = until ? std::min(*until, latest) : latest;
  }
  return {.answer = {}, .done = LoggedIn{.principal = "User:" + user, .until = until}};
}

Authenticator::Authenticator(LoginOptions options, const UserStore& users,
                             runtime::BlockingPool& pool, const os::Clock& clock)
    : options_(std::move(options)), users_(users), pool_(pool), clock_(clock) {}

bool Authenticator::is_enabled(Mechanism mechanism) const {
  return std::ranges::find(options_.mechanisms, mechanism) != options_.mechanisms.end();
}

std::vector<std::string> Authenticator::mechanism_names() const {
  std::vector<std::string> names;
  for (const Mechanism one : options_.mechanisms) names.emplace_back(name_of(one));
  return names;
}

sasl::ScramCredential Authenticator::credential_of(const std::string& user,
                                                   sasl::ScramHash hash) const {
  if (const auto* known = users_.find(user, hash)) return *known;
  Bytes seed = secret_;
  const BytesView name = as_bytes(user);
  seed.insert(seed.end(), name.begin(), name.end());
  const auto digest = sha256(seed);
  const auto bytes = std::as_bytes(std::span(digest));
  const size_t key_bytes = hash == sasl::ScramHash::sha256 ? 32 : 64;
  return {.hash = hash,
          .iterations = sasl::kScramIterationsMin,
          .salt = Bytes(bytes.begin(), bytes.begin() + 16),
          .stored_key = random_bytes(key_bytes),
          .server_key = random_bytes(key_bytes)};
}

}  // namespace tarn::login
