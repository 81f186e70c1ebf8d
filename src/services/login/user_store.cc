#include "services/login/user_store.h"

namespace tarn::login {
namespace {

constexpr std::string_view kPrefix = "user/";

Status check_credential(const sasl::ScramCredential& credential) {
  if (credential.iterations < sasl::kScramIterationsMin ||
      credential.iterations > sasl::kScramIterationsMax) {
    return Error(ErrorCode::invalid_argument,
                 "the iterations are between " + std::to_string(sasl::kScramIterationsMin) +
                     " and " + std::to_string(sasl::kScramIterationsMax));
  }
  if (credential.salt.empty() || credential.salt.size() > 1024) {
    return Error(ErrorCode::invalid_argument, "a credential has a salt");
  }
  return {};
}

}  // namespace

// One change at a time, for each starts from what the one before has left.
class UserStore::Turn {
 public:
  explicit Turn(UserStore& store) : store_(store) { store_.is_changing_ = true; }
  ~Turn() {
    store_.is_changing_ = false;
    store_.changed_.notify_all();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  UserStore& store_;
};

UserStore::UserStore(broker::Broker& broker, boost::asio::any_io_executor executor,
                     Users configured)
    : broker_(broker), users_(std::move(configured)), changed_(std::move(executor)) {}

Status UserStore::load() {
  for (const auto& [key, value] : broker_.metadata(kPrefix)) {
    auto credentials = decode_credentials(value);
    const std::string name = key.substr(kPrefix.size());
    if (!credentials) return credentials.error().with_context("the user " + name);
    users_.try_emplace(name, User{.credentials = *std::move(credentials)});
  }
  return {};
}

const sasl::ScramCredential* UserStore::find(const std::string& user, sasl::ScramHash hash) const {
  const auto known = users_.find(user);
  if (known == users_.end()) return nullptr;
  const auto credential = known->second.credentials.find(hash);
  return credential == known->second.credentials.end() ? nullptr : &credential->second;
}

Status UserStore::plan(const UserChange& change, std::map<std::string, Credentials>& into) const {
  TRY(check_user_name(change.user));
  const auto known = users_.find(change.user);
  if (known != users_.end() && known->second.origin == Origin::configured) {
    return Error(ErrorCode::permission_denied,
                 "the user '" + change.user + "' stands in tarn.yaml and is changed there");
  }
  const auto [planned, is_new] = into.try_emplace(
      change.user, known == users_.end() ? Credentials() : known->second.credentials);
  if (change.credential) {
    TRY(check_credential(*change.credential));
    planned->second.insert_or_assign(change.hash, *change.credential);
  } else if (planned->second.erase(change.hash) == 0) {
    return Error(ErrorCode::not_found, "the user '" + change.user + "' has no such password");
  }
  return {};
}

runtime::Awaitable<std::map<std::string, Status>> UserStore::change(
    std::vector<UserChange> changes) {
  while (is_changing_) co_await changed_.wait();
  std::map<std::string, Status> results;
  std::map<std::string, Credentials> planned;
  for (const UserChange& one : changes) {
    Status fits = plan(one, planned);
    Status& result = results.try_emplace(one.user).first->second;
    if (!fits && result) result = fits;
  }
  broker::MetadataChange change;
  std::erase_if(planned, [&](const auto& one) { return !results.at(one.first); });
  for (const auto& [user, credentials] : planned) {
    std::optional<Bytes> value;
    if (!credentials.empty()) value = encode_credentials(credentials);
    change.entries.push_back({std::string(kPrefix) + user, std::move(value)});
  }
  if (planned.empty()) co_return results;
  change.apply = [this, planned] {
    for (const auto& [user, credentials] : planned) {
      users_.erase(user);
      if (!credentials.empty()) users_.emplace(user, User{.credentials = credentials});
    }
  };
  const Turn turn(*this);
  const auto done = co_await broker_.put_metadata(std::move(change));
  if (done) co_return results;
  for (const auto& [user, credentials] : planned) {
    results.at(user) = Error(ErrorCode::unavailable, done.error().message);
  }
  co_return results;
}

}  // namespace tarn::login
