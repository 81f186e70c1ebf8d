#include "edges/kafka_server/acl_messages.h"

namespace tarn::kafka_server {
namespace {

using namespace access;

template <class Kind>
Status check_kind(int8_t number, Kind last, std::string_view what) {
  if (number >= 1 && number <= static_cast<int8_t>(last)) return {};
  return Error(ErrorCode::invalid_argument,
               "there is no " + std::string(what) + " with the number " + std::to_string(number));
}

template <class Message>
Status check_kinds(const Message& message) {
  TRY(check_kind(message.resource_type, ResourceType::user, "type of resources"));
  TRY(check_kind(message.pattern_type, PatternType::prefixed, "pattern"));
  TRY(check_kind(message.operation, Operation::describe_tokens, "operation"));
  return check_kind(message.permission_type, Permission::allow, "permission");
}

std::optional<std::string> owned(const std::optional<std::string_view>& text) {
  if (!text) return std::nullopt;
  return std::string(*text);
}

template <class Message>
Result<AclFilter> to_filter(const Message& message) {
  TRY(check_kinds(message));
  return AclFilter{.type = static_cast<ResourceType>(message.resource_type),
                   .pattern = static_cast<PatternType>(message.pattern_type),
                   .name = owned(message.resource_name),
                   .principal = owned(message.principal),
                   .host = owned(message.host),
                   .operation = static_cast<Operation>(message.operation),
                   .permission = static_cast<Permission>(message.permission_type)};
}

}  // namespace

Result<AclFilter> filter_of(const kafka_protocol::DescribeAclsRequest& request) {
  return to_filter(request);
}
Result<AclFilter> filter_of(const kafka_protocol::DeleteAclsRequest::Filter& filter) {
  return to_filter(filter);
}

Result<AclBinding> binding_of(const kafka_protocol::CreateAclsRequest::Creation& creation) {
  TRY(check_kinds(creation));
  AclBinding binding{.type = static_cast<ResourceType>(creation.resource_type),
                     .pattern = static_cast<PatternType>(creation.pattern_type),
                     .name = std::string(creation.resource_name),
                     .principal = std::string(creation.principal),
                     .host = std::string(creation.host),
                     .operation = static_cast<Operation>(creation.operation),
                     .permission = static_cast<Permission>(creation.permission_type)};
  TRY(check_binding(binding));
  return binding;
}

}  // namespace tarn::kafka_server
