#include "services/access/names.h"

#include <array>
#include <span>
#include <utility>

namespace tarn::access {
namespace {

template <class Kind>
using Words = std::span<const std::pair<Kind, std::string_view>>;

constexpr std::array kTypes = std::to_array<std::pair<ResourceType, std::string_view>>({
    {ResourceType::any, "any"},
    {ResourceType::topic, "topic"},
    {ResourceType::group, "group"},
    {ResourceType::cluster, "cluster"},
    {ResourceType::transactional_id, "transactional-id"},
    {ResourceType::delegation_token, "delegation-token"},
    {ResourceType::user, "user"},
});
constexpr std::array kPatterns = std::to_array<std::pair<PatternType, std::string_view>>({
    {PatternType::any, "any"},
    {PatternType::match, "match"},
    {PatternType::literal, "literal"},
    {PatternType::prefixed, "prefixed"},
});
constexpr std::array kOperations = std::to_array<std::pair<Operation, std::string_view>>({
    {Operation::any, "any"},
    {Operation::all, "all"},
    {Operation::read, "read"},
    {Operation::write, "write"},
    {Operation::create, "create"},
    {Operation::remove, "delete"},
    {Operation::alter, "alter"},
    {Operation::describe, "describe"},
    {Operation::cluster_action, "cluster-action"},
    {Operation::describe_configs, "describe-configs"},
    {Operation::alter_configs, "alter-configs"},
    {Operation::idempotent_write, "idempotent-write"},
    {Operation::create_tokens, "create-tokens"},
    {Operation::describe_tokens, "describe-tokens"},
});
constexpr std::array kPermissions = std::to_array<std::pair<Permission, std::string_view>>({
    {Permission::any, "any"},
    {Permission::deny, "deny"},
    {Permission::allow, "allow"},
});

template <class Kind>
std::string_view word_of(Words<Kind> words, Kind kind) {
  for (const auto& [known, word] : words) {
    if (known == kind) return word;
  }
  return "unknown";
}

std::string letters_of(std::string_view word) {
  std::string letters;
  for (const char c : word) {
    if (c == '-' || c == '_') continue;
    letters += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return letters;
}

template <class Kind>
Result<Kind> parse(Words<Kind> words, std::string_view word, std::string_view what) {
  std::string known_words;
  for (const auto& [kind, known] : words) {
    if (letters_of(known) == letters_of(word)) return kind;
    known_words += (known_words.empty() ? "" : ", ") + std::string(known);
  }
  return Error(ErrorCode::invalid_argument, "'" + std::string(word) + "' is no " +
                                                std::string(what) + "; there are " + known_words);
}

}  // namespace

std::string_view to_string(ResourceType type) {
  return word_of<ResourceType>(kTypes, type);
}
std::string_view to_string(PatternType pattern) {
  return word_of<PatternType>(kPatterns, pattern);
}
std::string_view to_string(Operation operation) {
  return word_of<Operation>(kOperations, operation);
}
std::string_view to_string(Permission permission) {
  return word_of<Permission>(kPermissions, permission);
}

Result<ResourceType> parse_resource_type(std::string_view word) {
  return parse<ResourceType>(kTypes, word, "type of a resource");
}
Result<PatternType> parse_pattern_type(std::string_view word) {
  return parse<PatternType>(kPatterns, word, "pattern");
}
Result<Operation> parse_operation(std::string_view word) {
  return parse<Operation>(kOperations, word, "operation");
}
Result<Permission> parse_permission(std::string_view word) {
  return parse<Permission>(kPermissions, word, "permission");
}

std::string to_string(const AclBinding& binding) {
  std::string line = std::string(to_string(binding.permission)) + " " + binding.principal +
                     " from " + binding.host + " to " + std::string(to_string(binding.operation)) +
                     " " + std::string(to_string(binding.type)) + " " + binding.name;
  if (binding.pattern == PatternType::prefixed) line += "…";
  return line;
}

}  // namespace tarn::access
