// Access control lists as Kafka has them (KIP-11, KIP-290): who may do what with which resource.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"

namespace tarn::access {

// Numbers as on the wire and in Kafka's tools.
enum class ResourceType : int8_t {
  any = 1,
  topic = 2,
  group = 3,
  cluster = 4,
  transactional_id = 5,
  delegation_token = 6,
  user = 7,
};
enum class PatternType : int8_t {
  any = 1,    // of a filter: all kinds of patterns with the name
  match = 2,  // of a filter: all patterns that are about the name
  literal = 3,
  prefixed = 4,
};
enum class Operation : int8_t {
  any = 1,
  all = 2,
  read = 3,
  write = 4,
  create = 5,
  remove = 6,  // DELETE
  alter = 7,
  describe = 8,
  cluster_action = 9,
  describe_configs = 10,
  alter_configs = 11,
  idempotent_write = 12,
  create_tokens = 13,
  describe_tokens = 14,
};
enum class Permission : int8_t { any = 1, deny = 2, allow = 3 };

inline constexpr std::string_view kAnyName = "*";
inline constexpr std::string_view kClusterName = "kafka-cluster";
inline constexpr std::string_view kAnyPrincipal = "User:*";

struct Resource {
  ResourceType type = ResourceType::topic;
  std::string name;
  auto operator<=>(const Resource&) const = default;
};

// One line of the list.
struct AclBinding {
  ResourceType type = ResourceType::topic;
  PatternType pattern = PatternType::literal;
  std::string name;       // of the resource, the beginning of such names, or "*"
  std::string principal;  // "User:alice", or "User:*" for everybody
  std::string host;       // an address, or "*"
  Operation operation = Operation::read;
  Permission permission = Permission::allow;
  auto operator<=>(const AclBinding&) const = default;

  // Is the line about this resource?
  [[nodiscard]] bool covers(const Resource& resource) const;
};

// Errors: invalid_argument with a sentence.
Status check_binding(const AclBinding& binding);

// What is missing in a filter matches everything.
struct AclFilter {
  ResourceType type = ResourceType::any;
  PatternType pattern = PatternType::any;
  std::optional<std::string> name;
  std::optional<std::string> principal;
  std::optional<std::string> host;
  Operation operation = Operation::any;
  Permission permission = Permission::any;

  [[nodiscard]] bool matches(const AclBinding& binding) const;
};

Bytes encode_binding(const AclBinding& binding);
Result<AclBinding> decode_binding(BytesView bytes);

}  // namespace tarn::access
