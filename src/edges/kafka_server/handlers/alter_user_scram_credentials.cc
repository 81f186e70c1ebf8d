#include <map>
#include <set>

#include "edges/kafka_server/handler.h"
#include "formats/kafka_protocol/scram_users.h"
#include "services/login/user_store.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

using Answer = AlterUserScramCredentialsResponse;
using Failures = std::map<std::string, std::pair<KafkaError, std::string>>;

std::optional<sasl::ScramHash> hash_of(int8_t mechanism) {
  if (mechanism == 1) return sasl::ScramHash::sha256;
  if (mechanism == 2) return sasl::ScramHash::sha512;
  return std::nullopt;
}

KafkaError to_kafka(ErrorCode error) {
  switch (error) {
    case ErrorCode::not_found:
      return KafkaError::resource_not_found;
    case ErrorCode::invalid_argument:
    case ErrorCode::permission_denied:
      return KafkaError::unacceptable_credential;
    default:
      return KafkaError::kafka_storage_error;
  }
}

// Reads the changes, and what is wrong with a user before any of them is made.
class Reading {
 public:
  void remove(const AlterUserScramCredentialsRequest::Deletion& deletion) {
    add(std::string(deletion.name), deletion.mechanism, std::nullopt);
  }

  void put(const AlterUserScramCredentialsRequest::Upsertion& wanted) {
    const auto hash = hash_of(wanted.mechanism);
    const std::string name(wanted.name);
    const size_t bytes = hash == sasl::ScramHash::sha256 ? 32 : 64;
    if (hash && wanted.salted_password.size() != bytes) {
      return fail(name, KafkaError::unacceptable_credential,
                  "the salted password has another length than the mechanism wants");
    }
    if (hash && (wanted.iterations < sasl::kScramIterationsMin ||
                 wanted.iterations > sasl::kScramIterationsMax)) {
      return fail(name, KafkaError::unacceptable_credential,
                  wanted.iterations < sasl::kScramIterationsMin ? "Too few iterations"
                                                                : "Too many iterations");
    }
    std::optional<sasl::ScramCredential> credential;
    if (hash) {
      credential = sasl::credential_of(*hash, wanted.salted_password,
                                       {wanted.salt.begin(), wanted.salt.end()}, wanted.iterations);
    }
    add(name, wanted.mechanism, std::move(credential));
  }

  std::vector<login::UserChange> changes() const {
    std::vector<login::UserChange> good;
    for (const auto& [key, change] : changes_) {
      if (!failures_.contains(change.user)) good.push_back(change);
    }
    return good;
  }
  const Failures& failures() const { return failures_; }

 private:
  void add(const std::string& name, int8_t mechanism,
           std::optional<sasl::ScramCredential> credential) {
    const auto hash = hash_of(mechanism);
    if (!hash) {
      return fail(name, KafkaError::unsupported_sasl_mechanism, "Unknown SCRAM mechanism");
    }
    const login::UserChange change{
        .user = name, .hash = *hash, .credential = std::move(credential)};
    if (!changes_.emplace(std::pair(name, mechanism), change).second) {
      fail(name, KafkaError::duplicate_resource,
           "A user credential cannot be altered twice in the same request");
    }
  }
  void fail(const std::string& name, KafkaError error, std::string message) {
    failures_.try_emplace(name, error, std::move(message));
  }

  std::map<std::pair<std::string, int8_t>, login::UserChange> changes_;
  Failures failures_;
};

runtime::Awaitable<Answer> handle(Services services, RequestContext,
                                  AlterUserScramCredentialsRequest request) {
  Reading reading;
  for (const auto& deletion : request.deletions) reading.remove(deletion);
  for (const auto& upsertion : request.upsertions) reading.put(upsertion);
  Answer answer;
  for (const auto& [user, failure] : reading.failures()) {
    answer.results.push_back(
        {.user = user, .error_code = code(failure.first), .error_message = failure.second});
  }
  for (const auto& [user, status] : co_await services.users.change(reading.changes())) {
    auto& result = answer.results.emplace_back();
    result.user = user;
    if (status) continue;
    result.error_code = code(to_kafka(status.error().code()));
    result.error_message = status.error().message();
  }
  co_return answer;
}

Rest permit(const Services&, const Guard& guard, AlterUserScramCredentialsRequest& request,
            Answer& refused) {
  if (guard.may_cluster()) return Rest::to_do;
  std::set<std::string> users;
  for (const auto& deletion : request.deletions) users.emplace(deletion.name);
  for (const auto& upsertion : request.upsertions) users.emplace(upsertion.name);
  for (const std::string& user : users) {
    auto& answer = refused.results.emplace_back();
    answer.user = user;
    answer.error_code = code(KafkaError::cluster_authorization_failed);
    answer.error_message = "passwords need ALTER on the cluster";
  }
  return Rest::none;
}

}  // namespace

Result<PendingAnswer> alter_user_scram_credentials(const Services& services,
                                                   RequestContext context) {
  return deferred<AlterUserScramCredentialsRequest>(services, std::move(context), permit, handle);
}

}  // namespace tarn::kafka_server
