// The words for what ACLs speak of, as in tarn.yaml and in Kafka's tools.
#pragma once

#include <string>
#include <string_view>

#include "services/access/acl.h"

namespace tarn::access {

// "topic", "transactional-id"; "describe-configs"; "prefixed"; "allow". Unknown: "unknown".
std::string_view to_string(ResourceType type);
std::string_view to_string(PatternType pattern);
std::string_view to_string(Operation operation);
std::string_view to_string(Permission permission);

// Capitals, '_' and no separator are taken too: "TRANSACTIONAL_ID", "DescribeConfigs".
// Errors: invalid_argument with the words that are known.
Result<ResourceType> parse_resource_type(std::string_view word);
Result<PatternType> parse_pattern_type(std::string_view word);
Result<Operation> parse_operation(std::string_view word);
Result<Permission> parse_permission(std::string_view word);

// A line for people: "allow User:alice from * to read topic orders".
std::string to_string(const AclBinding& binding);

}  // namespace tarn::access
