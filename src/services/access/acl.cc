#include "services/access/acl.h"

namespace tarn::access {
namespace {

constexpr int8_t kVersion = 1;

template <class Kind>
bool is_one_of(Kind kind, Kind first, Kind last) {
  return kind >= first && kind <= last;
}

Error invalid(std::string what) {
  return {ErrorCode::invalid_argument, std::move(what)};
}

void write_string(ByteWriter& writer, std::string_view text) {
  writer.write_u32(static_cast<uint32_t>(text.size()));
  writer.write_text(text);
}
std::string read_string(ByteReader& reader) {
  return std::string(as_text(reader.read_bytes(reader.read_u32())));
}

}  // namespace

bool AclBinding::covers(const Resource& resource) const {
  if (type != resource.type) return false;
  if (pattern == PatternType::prefixed) return resource.name.starts_with(name);
  return name == kAnyName || name == resource.name;
}

Status check_binding(const AclBinding& binding) {
  if (!is_one_of(binding.type, ResourceType::topic, ResourceType::user)) {
    return invalid("an ACL is about one type of resource");
  }
  if (!is_one_of(binding.pattern, PatternType::literal, PatternType::prefixed)) {
    return invalid("the pattern of an ACL is LITERAL or PREFIXED");
  }
  if (!is_one_of(binding.operation, Operation::all, Operation::describe_tokens)) {
    return invalid("an ACL is about one operation, or ALL");
  }
  if (!is_one_of(binding.permission, Permission::deny, Permission::allow)) {
    return invalid("an ACL allows or denies");
  }
  if (binding.name.empty()) return invalid("an ACL names a resource");
  if (binding.type == ResourceType::cluster && binding.name != kClusterName) {
    return invalid("the cluster's name is " + std::string(kClusterName));
  }
  const size_t colon = binding.principal.find(':');
  if (colon == 0 || colon == std::string::npos || colon + 1 == binding.principal.size()) {
    return invalid("a principal is like User:alice");
  }
  if (binding.host.empty()) return invalid("an ACL names a host, or * for all");
  return {};
}

bool AclFilter::matches(const AclBinding& binding) const {
  const auto fits = [](const std::optional<std::string>& wanted, const std::string& found) {
    return !wanted || *wanted == found;
  };
  if (type != ResourceType::any && type != binding.type) return false;
  if (operation != Operation::any && operation != binding.operation) return false;
  if (permission != Permission::any && permission != binding.permission) return false;
  if (!fits(principal, binding.principal) || !fits(host, binding.host)) return false;
  switch (pattern) {
    case PatternType::any:
      return fits(name, binding.name);
    case PatternType::match:
      return !name || binding.covers({.type = binding.type, .name = *name});
    default:
      return pattern == binding.pattern && fits(name, binding.name);
  }
}

Bytes encode_binding(const AclBinding& binding) {
  ByteWriter writer;
  writer.write_i8(kVersion);
  writer.write_i8(static_cast<int8_t>(binding.type));
  writer.write_i8(static_cast<int8_t>(binding.pattern));
  writer.write_i8(static_cast<int8_t>(binding.operation));
  writer.write_i8(static_cast<int8_t>(binding.permission));
  write_string(writer, binding.name);
  write_string(writer, binding.principal);
  write_string(writer, binding.host);
  return std::move(writer).take();
}

Result<AclBinding> decode_binding(BytesView bytes) {
  ByteReader reader(bytes);
  if (reader.read_i8() != kVersion) {
    return Error(ErrorCode::corrupt, "an ACL in a format of another version");
  }
  AclBinding binding;
  binding.type = static_cast<ResourceType>(reader.read_i8());
  binding.pattern = static_cast<PatternType>(reader.read_i8());
  binding.operation = static_cast<Operation>(reader.read_i8());
  binding.permission = static_cast<Permission>(reader.read_i8());
  binding.name = read_string(reader);
  binding.principal = read_string(reader);
  binding.host = read_string(reader);
  TRY(reader.status());
  if (auto fine = check_binding(binding); !fine) {
    return Error(ErrorCode::corrupt, "a stored ACL cannot be: " + fine.error().message());
  }
  return binding;
}

}  // namespace tarn::access
