// From the section security: to the options of who may do what.
#pragma once

#include <optional>
#include <vector>

#include "edges/kafka_server/connection_limits.h"
#include "formats/pipeline/security.h"
#include "services/access/acl_list.h"

namespace tarn::app {

struct AccessOptions {
  access::AccessRules rules;
  std::vector<access::AclBinding> lines;
};

// None: authorization is off.
std::optional<AccessOptions> access_options(const pipeline::Security& security);
kafka_server::ConnectionLimitOptions connection_limits(const pipeline::ConnectionBounds& bounds);

}  // namespace tarn::app
