#include <set>

#include "edges/kafka_server/handler.h"
#include "formats/kafka_protocol/scram_users.h"
#include "services/login/user_store.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

using Answer = DescribeUserScramCredentialsResponse;

Answer::User describe(const std::string& name, const login::User& user) {
  Answer::User described{.user = name};
  for (const auto& [hash, credential] : user.credentials) {
    const int8_t mechanism = hash == sasl::ScramHash::sha256 ? 1 : 2;
    described.credential_infos.push_back(
        {.mechanism = mechanism, .iterations = credential.iterations});
  }
  return described;
}

Answer::User refuse(const std::string& name, KafkaError error, std::string message) {
  return {.user = name, .error_code = code(error), .error_message = std::move(message)};
}

Answer handle(Services services, RequestContext, DescribeUserScramCredentialsRequest request) {
  Answer answer;
  const login::Users& users = services.users.all();
  if (!request.users || request.users->empty()) {
    for (const auto& [name, user] : users) answer.results.push_back(describe(name, user));
    return answer;
  }
  std::multiset<std::string> asked;
  for (const auto& user : *request.users) asked.emplace(user.name);
  for (auto it = asked.begin(); it != asked.end(); it = asked.upper_bound(*it)) {
    const auto known = users.find(*it);
    if (asked.count(*it) > 1) {
      answer.results.push_back(refuse(*it, KafkaError::duplicate_resource,
                                      "Cannot describe SCRAM credentials for the same user twice "
                                      "in a single request: " +
                                          *it));
    } else if (known == users.end()) {
      answer.results.push_back(
          refuse(*it, KafkaError::resource_not_found,
                 "Attempt to describe a user credential that does not exist: " + *it));
    } else {
      answer.results.push_back(describe(*it, known->second));
    }
  }
  return answer;
}

}  // namespace

Result<PendingAnswer> describe_user_scram_credentials(const Services& services,
                                                      RequestContext context) {
  return deferred<DescribeUserScramCredentialsRequest>(services, std::move(context),
                                                       permits::kCluster, handle);
}

}  // namespace tarn::kafka_server
