#include "edges/kafka_server/acl_messages.h"
#include "edges/kafka_server/handler.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

CreateAclsResponse::Result refused(KafkaError error, std::string message) {
  return {.error_code = code(error), .error_message = std::move(message)};
}

Rest permit(const Services&, const Guard& guard, CreateAclsRequest& request,
            CreateAclsResponse& refused_answers) {
  if (guard.may_cluster()) return Rest::to_do;
  refused_answers.results.resize(
      request.creations.size(),
      refused(KafkaError::cluster_authorization_failed, "ACLs need ALTER on the cluster"));
  return Rest::none;
}

// What is fine is added together; what is not is refused by itself.
runtime::Awaitable<CreateAclsResponse> handle(Services services, RequestContext,
                                              CreateAclsRequest request) {
  CreateAclsResponse response;
  std::vector<access::AclBinding> added;
  for (const auto& creation : request.creations) {
    auto binding = binding_of(creation);
    if (services.authorization == nullptr) {
      response.results.push_back(refused(KafkaError::security_disabled, kSecurityIsDisabled));
    } else if (!binding) {
      response.results.push_back(refused(KafkaError::invalid_request, binding.error().message()));
    } else {
      response.results.emplace_back();
      added.push_back(*std::move(binding));
    }
  }
  if (added.empty()) co_return response;
  const auto done = co_await services.authorization->acls.add(std::move(added));
  if (done) co_return response;
  for (auto& result : response.results) {
    if (result.error_code == 0)
      result = refused(to_kafka(done.error().reason), done.error().message);
  }
  co_return response;
}

}  // namespace

Result<PendingAnswer> create_acls(const Services& services, RequestContext context) {
  return deferred<CreateAclsRequest>(services, std::move(context), permit, handle);
}

}  // namespace tarn::kafka_server
