#include "edges/kafka_server/acl_messages.h"
#include "edges/kafka_server/handler.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;

DescribeAclsResponse refused(KafkaError error, std::string message) {
  return {.error_code = code(error), .error_message = std::move(message)};
}

// Lines about one resource stand together; they come sorted by it.
void add(DescribeAclsResponse& response, const access::AclBinding& line) {
  auto& resources = response.resources;
  const auto type = static_cast<int8_t>(line.type);
  const auto pattern = static_cast<int8_t>(line.pattern);
  const bool is_next = resources.empty() || resources.back().resource_type != type ||
                       resources.back().pattern_type != pattern ||
                       resources.back().resource_name != line.name;
  if (is_next) {
    resources.push_back(
        {.resource_type = type, .resource_name = line.name, .pattern_type = pattern, .acls = {}});
  }
  resources.back().acls.push_back({.principal = line.principal,
                                   .host = line.host,
                                   .operation = static_cast<int8_t>(line.operation),
                                   .permission_type = static_cast<int8_t>(line.permission)});
}

DescribeAclsResponse handle(Services services, RequestContext, DescribeAclsRequest request) {
  if (services.authorization == nullptr) {
    return refused(KafkaError::security_disabled, kSecurityIsDisabled);
  }
  const auto filter = filter_of(request);
  if (!filter) return refused(KafkaError::invalid_request, filter.error().message());
  DescribeAclsResponse response;
  for (const auto& line : services.authorization->acls.list().find(*filter)) add(response, line);
  return response;
}

}  // namespace

Result<PendingAnswer> describe_acls(const Services& services, RequestContext context) {
  return deferred<DescribeAclsRequest>(services, std::move(context), permits::kCluster, handle);
}

}  // namespace tarn::kafka_server
