// The ACLs of a broker, and what they say.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "services/access/acl.h"
#include "services/access/caller.h"

namespace tarn::access {

struct AccessRules {
  std::set<std::string> super_users;        // principals who may do everything
  enum class Unlisted { denied, allowed };  // what no line is about
  Unlisted unlisted = Unlisted::denied;
};

enum class Verdict { allowed, denied };

// A value without I/O; what changes it is durable before. A question costs a few look-ups, however
// many lines there are: only those that are about the resource are looked at.
class AclList {
 public:
  explicit AclList(AccessRules rules = {}) : rules_(std::move(rules)) {}

  [[nodiscard]] bool contains(const AclBinding& binding) const {
    return bindings_.contains(binding);
  }
  void add(AclBinding binding) { bindings_.insert(std::move(binding)); }
  void remove(const AclBinding& binding) { bindings_.erase(binding); }
  [[nodiscard]] std::vector<AclBinding> find(const AclFilter& filter) const;
  [[nodiscard]] size_t size() const { return bindings_.size(); }

  // As Kafka judges: super users first, then whoever is denied, then whoever is allowed. Who may
  // read, write, delete or alter may describe; who may alter configurations may see them.
  [[nodiscard]] Verdict judge(const Caller& caller, Operation operation,
                              const Resource& resource) const;
  // May the caller do this with any resource of the type? (KIP-679)
  [[nodiscard]] Verdict judge_any(const Caller& caller, Operation operation,
                                  ResourceType type) const;

 private:
  enum class Look { further, enough };
  using Visit = std::function<Look(const AclBinding&)>;
  // All lines about the resource, until the visitor has seen enough.
  void visit_covering(ResourceType type, std::string_view name, const Visit& visit) const;
  Look visit_named(ResourceType type, PatternType pattern, std::string_view name,
                   const Visit& visit) const;

  AccessRules rules_;
  std::set<AclBinding> bindings_;
};

}  // namespace tarn::access
