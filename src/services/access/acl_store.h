// The ACLs of an instance, and where they are kept.
#pragma once

#include <set>
#include <vector>

#include "platform/runtime/task.h"
#include "services/access/acl_list.h"
#include "services/broker/broker.h"

namespace tarn::access {

// Two kinds of lines are in effect: those of tarn.yaml, which only tarn.yaml can change, and those
// that were added to the running instance, which are durable as metadata of the broker under
// "acl/<SHA-256>" (docs/formats/broker-metadata.md) before anybody is told so. I/O thread.
class AclStore {
 public:
  // Errors: corrupt (a stored line cannot be read), invalid_argument (a line of tarn.yaml).
  static Result<AclStore> load(broker::Broker& broker, AccessRules rules,
                               std::vector<AclBinding> configured);

  [[nodiscard]] const AclList& list() const { return list_; }
  // Of tarn.yaml?
  [[nodiscard]] bool is_configured(const AclBinding& binding) const {
    return configured_.contains(binding);
  }

  // Durable and in effect when they return, all or none. What is there is left as it is; lines of
  // tarn.yaml are not removed.
  runtime::Awaitable<broker::Answer<void>> add(std::vector<AclBinding> bindings);
  runtime::Awaitable<broker::Answer<void>> remove(std::vector<AclBinding> bindings);

 private:
  AclStore(broker::Broker& broker, AccessRules rules) : broker_(broker), list_(std::move(rules)) {}

  broker::Broker& broker_;
  AclList list_;
  std::set<AclBinding> configured_;
};

}  // namespace tarn::access
