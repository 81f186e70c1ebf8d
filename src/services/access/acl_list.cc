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

Verdict AclList::judge(const Caller& caller, Operation operation, const Resource& resource) const {
  if (rules_.super_users.contains(caller.principal)) return Verdict::allowed;
  bool is_listed = false;
  bool is_allowed = false;
  for (const AclBinding& binding : bindings_) {
    if (!binding.covers(resource)) continue;
    is_listed = true;
    if (!is_about(binding, caller) || !speaks_of(binding, operation)) continue;
    if (binding.permission == Permission::deny) return Verdict::denied;
    is_allowed = true;
  }
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
