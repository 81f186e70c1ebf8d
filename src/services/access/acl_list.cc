#include "services/access/acl_list.h"

#include <algorithm>

namespace tarn::access {
namespace {

bool is_about(const AclBinding& binding, const Caller& caller) {
  return (binding.principal == caller.principal || binding.principal == kAnyPrincipal) &&
         (binding.host == caller.host || binding.host == kAnyName);
}

// Allowing one may imply another; denying never does.
bool grants(Operation allowed, Operation wanted) {
  if (allowed == wanted || allowed == Operation::all) return true;
  if (wanted == Operation::describe) {
    return allowed == Operation::read || allowed == Operation::write ||
           allowed == Operation::remove || allowed == Operation::alter;
  }
  return wanted == Operation::describe_configs && allowed == Operation::alter_configs;
}

bool speaks_of(const AclBinding& binding, Operation wanted) {
  if (binding.permission == Permission::allow) return grants(binding.operation, wanted);
  return binding.operation == wanted || binding.operation == Operation::all;
}

// Is everything that `inner` is about also what `outer` is about?
bool includes(const AclBinding& outer, const AclBinding& inner) {
  if (outer.pattern == PatternType::prefixed) return inner.name.starts_with(outer.name);
  if (outer.name == kAnyName) return true;
  return inner.pattern == PatternType::literal && inner.name == outer.name;
}

}  // namespace

std::vector<AclBinding> AclList::find(const AclFilter& filter) const {
  std::vector<AclBinding> found;
  std::ranges::copy_if(bindings_, std::back_inserter(found),
                       [&](const AclBinding& binding) { return filter.matches(binding); });
  return found;
}

AclList::Look AclList::visit_named(ResourceType type, PatternType pattern, std::string_view name,
                                   const Visit& visit) const {
  const AclBinding first{.type = type,
                         .pattern = pattern,
                         .name = std::string(name),
                         .principal = {},
                         .host = {},
                         .operation = {},
                         .permission = {}};
  for (auto line = bindings_.lower_bound(first); line != bindings_.end() && line->type == type &&
                                                 line->pattern == pattern && line->name == name;
       ++line) {
    if (visit(*line) == Look::enough) return Look::enough;
  }
  return Look::further;
}

void AclList::visit_covering(ResourceType type, std::string_view name, const Visit& visit) const {
  if (visit_named(type, PatternType::literal, name, visit) == Look::enough) return;
  if (name != kAnyName &&
      visit_named(type, PatternType::literal, kAnyName, visit) == Look::enough) {
    return;
  }
  // From the longest beginning of the name to shorter ones. Where the greatest line that is not
  // above the beginning is none, no line between what both begin with and it is one either.
  AclBinding probe{.type = type, .pattern = PatternType::prefixed, .principal = {}, .host = {}};
  std::string_view beginning = name;
  while (!beginning.empty()) {
    probe.name = std::string(beginning) + '\0';
    auto line = bindings_.lower_bound(probe);
    if (line == bindings_.begin()) return;
    --line;
    if (line->type != type || line->pattern != PatternType::prefixed) return;
    const std::string& found = line->name;
    if (beginning.starts_with(found)) {
      if (visit_named(type, PatternType::prefixed, found, visit) == Look::enough) return;
      beginning = beginning.substr(0, found.size() - 1);
    } else {
      const auto [differs, other] = std::ranges::mismatch(beginning, found);
      beginning = beginning.substr(0, static_cast<size_t>(differs - beginning.begin()));
    }
  }
}

Verdict AclList::judge(const Caller& caller, Operation operation, const Resource& resource) const {
  if (rules_.super_users.contains(caller.principal)) return Verdict::allowed;
  bool is_listed = false;
  bool is_allowed = false;
  bool is_denied = false;
  visit_covering(resource.type, resource.name, [&](const AclBinding& binding) {
    is_listed = true;
    if (!is_about(binding, caller) || !speaks_of(binding, operation)) return Look::further;
    is_denied = binding.permission == Permission::deny;
    is_allowed = true;
    return is_denied ? Look::enough : Look::further;
  });
  if (is_denied) return Verdict::denied;
  const bool is_open = !is_listed && rules_.unlisted == AccessRules::Unlisted::allowed;
  return is_allowed || is_open ? Verdict::allowed : Verdict::denied;
}

Verdict AclList::judge_any(const Caller& caller, Operation operation, ResourceType type) const {
  if (rules_.super_users.contains(caller.principal)) return Verdict::allowed;
  std::vector<const AclBinding*> allowing;
  std::vector<const AclBinding*> denying;
  for (const AclBinding& binding : bindings_) {
    const bool counts =
        binding.type == type && is_about(binding, caller) && speaks_of(binding, operation);
    if (!counts) continue;
    (binding.permission == Permission::allow ? allowing : denying).push_back(&binding);
  }
  const bool denies_all = std::ranges::any_of(denying, [](const AclBinding* one) {
    return one->pattern == PatternType::literal && one->name == kAnyName;
  });
  if (denies_all) return Verdict::denied;
  const bool is_granted = std::ranges::any_of(allowing, [&](const AclBinding* grant) {
    return std::ranges::none_of(
        denying, [grant](const AclBinding* denial) { return includes(*denial, *grant); });
  });
  const bool is_open = rules_.unlisted == AccessRules::Unlisted::allowed;
  return is_granted || is_open ? Verdict::allowed : Verdict::denied;
}

}  // namespace tarn::access
