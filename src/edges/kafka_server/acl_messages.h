// Between ACLs as messages have them and as services/access has them.
#pragma once

#include "formats/kafka_protocol/acls.h"
#include "services/access/acl.h"

namespace tarn::kafka_server {

// Errors: invalid_argument (a kind that nobody knows).
Result<access::AclFilter> filter_of(const kafka_protocol::DescribeAclsRequest& request);
Result<access::AclFilter> filter_of(const kafka_protocol::DeleteAclsRequest::Filter& filter);
Result<access::AclBinding> binding_of(const kafka_protocol::CreateAclsRequest::Creation& creation);

// Why ACLs are not served without an authorizer.
inline constexpr const char* kSecurityIsDisabled =
    "security.authorization is off in tarn.yaml: there are no ACLs";

}  // namespace tarn::kafka_server
