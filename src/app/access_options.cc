#include "app/access_options.h"

namespace tarn::app {
namespace {

access::Operation operation_of(pipeline::AccessOperation operation) {
  using From = pipeline::AccessOperation;
  using To = access::Operation;
  switch (operation) {
    case From::all:
      return To::all;
    case From::read:
      return To::read;
    case From::write:
      return To::write;
    case From::create:
      return To::create;
    case From::remove:
      return To::remove;
    case From::alter:
      return To::alter;
    case From::describe:
      return To::describe;
    case From::cluster_action:
      return To::cluster_action;
    case From::describe_configs:
      return To::describe_configs;
    case From::alter_configs:
      return To::alter_configs;
    case From::idempotent_write:
      return To::idempotent_write;
  }
  return To::any;
}

// "pay-*" is a beginning, "*" is every name.
void name_resource(access::AclBinding& binding, access::ResourceType type, std::string name) {
  binding.type = type;
  if (name.size() > 1 && name.ends_with('*')) {
    binding.pattern = access::PatternType::prefixed;
    name.pop_back();
  }
  binding.name = std::move(name);
}

access::AclBinding binding_of(const pipeline::AccessLine& line) {
  using access::ResourceType;
  access::AclBinding binding;
  binding.permission = line.deny ? access::Permission::deny : access::Permission::allow;
  binding.principal = "User:" + (line.deny ? *line.deny : line.allow.value_or(""));
  binding.host = line.from;
  if (line.topic) {
    name_resource(binding, ResourceType::topic, *line.topic);
  } else if (line.group) {
    name_resource(binding, ResourceType::group, *line.group);
  } else if (line.transactional_id) {
    name_resource(binding, ResourceType::transactional_id, *line.transactional_id);
  } else {
    binding.type = ResourceType::cluster;
    binding.name = access::kClusterName;
  }
  return binding;
}

}  // namespace

std::optional<AccessOptions> access_options(const pipeline::Security& security) {
  if (security.authorization == pipeline::Authorization::off) return std::nullopt;
  AccessOptions options;
  for (const std::string& user : security.super_users) {
    options.rules.super_users.insert("User:" + user);
  }
  if (security.unlisted == pipeline::Unlisted::allowed) {
    options.rules.unlisted = access::AccessRules::Unlisted::allowed;
  }
  for (const pipeline::AccessLine& line : security.acls) {
    access::AclBinding binding = binding_of(line);
    for (const auto operation : line.to) {
      binding.operation = operation_of(operation);
      options.lines.push_back(binding);
    }
  }
  return options;
}

kafka_server::ConnectionLimitOptions connection_limits(const pipeline::ConnectionBounds& bounds) {
  kafka_server::ConnectionLimitOptions options{.max = static_cast<size_t>(bounds.max)};
  if (bounds.per_address) options.per_address_max = static_cast<size_t>(*bounds.per_address);
  for (const auto& [address, most] : bounds.addresses) {
    options.addresses[address] = static_cast<size_t>(most);
  }
  return options;
}

}  // namespace tarn::app
