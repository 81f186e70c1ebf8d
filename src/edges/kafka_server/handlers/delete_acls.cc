#include "edges/kafka_server/acl_messages.h"
#include "edges/kafka_server/handler.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

DeleteAclsResponse::Result refused(KafkaError error, std::string message) {
  return {.error_code = code(error), .error_message = std::move(message), .matching_acls = {}};
}

Rest permit(const Services&, const Guard& guard, DeleteAclsRequest& request,
            DeleteAclsResponse& refused_answers) {
  if (guard.may_cluster()) return Rest::to_do;
  refused_answers.results.resize(
      request.filters.size(),
      refused(KafkaError::cluster_authorization_failed, "ACLs need ALTER on the cluster"));
  return Rest::none;
}

DeleteAclsResponse::Acl describe(const access::AclStore& acls, const access::AclBinding& line) {
  DeleteAclsResponse::Acl described{.resource_type = static_cast<int8_t>(line.type),
                                    .resource_name = line.name,
                                    .pattern_type = static_cast<int8_t>(line.pattern),
                                    .principal = line.principal,
                                    .host = line.host,
                                    .operation = static_cast<int8_t>(line.operation),
                                    .permission_type = static_cast<int8_t>(line.permission)};
  if (acls.is_configured(line)) {
    described.error_code = code(KafkaError::policy_violation);
    described.error_message = "this line stands in tarn.yaml, security.acls: take it out there";
  }
  return described;
}

DeleteAclsResponse::Result find(const Services& services, const DeleteAclsRequest::Filter& wanted,
                                std::vector<access::AclBinding>& removed) {
  if (services.authorization == nullptr) {
    return refused(KafkaError::security_disabled, kSecurityIsDisabled);
  }
  const auto filter = filter_of(wanted);
  if (!filter) return refused(KafkaError::invalid_request, filter.error().message());
  DeleteAclsResponse::Result result;
  const auto& acls = services.authorization->acls;
  for (auto& line : acls.list().find(*filter)) {
    result.matching_acls.push_back(describe(acls, line));
    removed.push_back(std::move(line));
  }
  return result;
}

runtime::Awaitable<DeleteAclsResponse> handle(Services services, RequestContext,
                                              DeleteAclsRequest request) {
  DeleteAclsResponse response;
  std::vector<access::AclBinding> removed;
  for (const auto& filter : request.filters) {
    response.results.push_back(find(services, filter, removed));
  }
  if (removed.empty()) co_return response;
  const auto done = co_await services.authorization->acls.remove(std::move(removed));
  if (done) co_return response;
  for (auto& result : response.results) {
    if (result.error_code == 0)
      result = refused(to_kafka(done.error().reason), done.error().message);
  }
  co_return response;
}

}  // namespace

Result<PendingAnswer> delete_acls(const Services& services, RequestContext context) {
  return deferred<DeleteAclsRequest>(services, std::move(context), permit, handle);
}

}  // namespace tarn::kafka_server
