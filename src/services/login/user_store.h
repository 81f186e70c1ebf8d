// Who may log in with a password.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "platform/runtime/event.h"
#include "services/broker/broker.h"
#include "services/login/users.h"

namespace tarn::login {

// One change of one user; all of a call that name the same user become one entry.
struct UserChange {
  std::string user;
  sasl::ScramHash hash = sasl::ScramHash::sha256;
  std::optional<sasl::ScramCredential> credential;  // none: is taken away
};

// Passwords are never kept, only ScramCredentials: those of tarn.yaml in memory, all others in the
// broker's metadata, durable before a change is answered. I/O thread.
class UserStore final {
 public:
  // configured: win over stored users of the same names. The broker outlives it.
  UserStore(broker::Broker& broker, boost::asio::any_io_executor executor, Users configured);

  // Reads what is stored. Errors: corrupt.
  Status load();

  [[nodiscard]] const Users& all() const { return users_; }
  [[nodiscard]] const sasl::ScramCredential* find(const std::string& user,
                                                  sasl::ScramHash hash) const;

  // An error for each user that the changes name. invalid_argument, not_found (nothing to take
  // away), permission_denied (a user of tarn.yaml), unavailable (the storage).
  runtime::Awaitable<std::map<std::string, Status>> change(std::vector<UserChange> changes);

 private:
  class Turn;
  Status plan(const UserChange& change, std::map<std::string, Credentials>& into) const;

  broker::Broker& broker_;
  Users users_;
  bool is_changing_ = false;
  runtime::Event changed_;
};

}  // namespace tarn::login
