// Finds out who calls.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"
#include "formats/jwt/token.h"
#include "formats/sasl/scram.h"
#include "platform/os/clock.h"
#include "platform/runtime/blocking_pool.h"
#include "platform/runtime/task.h"
#include "services/login/mechanism.h"
#include "services/login/user_store.h"

namespace tarn::login {

struct AwsKey {
  std::string secret;
  std::string user;  // whom it stands for
};

struct TokenRules {
  jwt::KeySet keys;
  jwt::Expectations expected;
};

struct LoginOptions {
  std::vector<Mechanism> mechanisms;   // enabled, in the order in which clients are told
  std::map<std::string, AwsKey> aws;   // by access key id
  std::optional<TokenRules> tokens;    // of OAUTHBEARER
  std::optional<Millis> lifetime_max;  // of a login
};

// How a login has ended well.
struct LoggedIn {
  std::string principal;           // "User:alice"
  std::optional<Timestamp> until;  // then it is to be made anew
};

struct Step {
  Bytes answer;
  std::optional<LoggedIn> done;  // none: the client has the next word
};

class Authenticator;

// One login by one mechanism.
class Exchange final {
 public:
  Exchange(const Authenticator& authenticator, Mechanism mechanism);

  // The client's next message. Errors: permission_denied, invalid_argument; the exchange is then
  // over. Their sentences are for the log: they may say more than a stranger should learn.
  runtime::Task<Step> step(Bytes message);

  [[nodiscard]] Mechanism mechanism() const { return mechanism_; }
  // Who the client says it is, as far as it has said; for the log.
  [[nodiscard]] const std::string& user() const { return user_; }

 private:
  runtime::Task<Step> plain(Bytes message);
  Result<Step> scram(BytesView message);
  Result<Step> bearer(BytesView message);
  Result<Step> aws(BytesView message);
  [[nodiscard]] Step done(const std::string& user, std::optional<Timestamp> until = {}) const;

  const Authenticator& authenticator_;
  Mechanism mechanism_;
  std::string user_;
  std::optional<sasl::ScramServer> scram_;
};

// Knows the users and keys. I/O thread; what a password costs is paid in the pool.
class Authenticator final {
 public:
  Authenticator(LoginOptions options, const UserStore& users, runtime::BlockingPool& pool,
                const os::Clock& clock);

  [[nodiscard]] bool is_enabled(Mechanism mechanism) const;
  [[nodiscard]] std::vector<std::string> mechanism_names() const;

 private:
  friend class Exchange;
  // Never missing: an unknown user is challenged like a known one, and fails at the end.
  [[nodiscard]] sasl::ScramCredential credential_of(const std::string& user,
                                                    sasl::ScramHash hash) const;

  LoginOptions options_;
  const UserStore& users_;
  runtime::BlockingPool& pool_;
  const os::Clock& clock_;
  Bytes secret_ = random_bytes(32);  // of the credentials of users who are not there
};

}  // namespace tarn::login
