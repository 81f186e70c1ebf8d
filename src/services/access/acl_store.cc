#include "services/access/acl_store.h"

#include "base/sha256.h"

namespace tarn::access {
namespace {

constexpr std::string_view kKeyPrefix = "acl/";

std::string key_of(BytesView encoded) {
  return std::string(kKeyPrefix) + sha256_hex(encoded);
}

}  // namespace

Result<AclStore> AclStore::load(broker::Broker& broker, AccessRules rules,
                                std::vector<AclBinding> configured) {
  AclStore store(broker, std::move(rules));
  for (const auto& [key, value] : broker.metadata(kKeyPrefix)) {
    auto binding = decode_binding(value);
    if (!binding) return binding.error().with_context("the entry " + key);
    store.list_.add(*std::move(binding));
  }
  for (AclBinding& binding : configured) {
    TRY(check_binding(binding));
    store.list_.add(binding);
    store.configured_.insert(std::move(binding));
  }
  return store;
}

runtime::Awaitable<broker::Answer<void>> AclStore::add(std::vector<AclBinding> bindings) {
  broker::MetadataChange change;
  for (const AclBinding& binding : bindings) {
    if (is_configured(binding)) continue;
    Bytes encoded = encode_binding(binding);
    std::string key = key_of(encoded);
    change.entries.push_back({std::move(key), std::move(encoded)});
  }
  if (change.entries.empty()) co_return broker::Answer<void>();
  change.apply = [this, bindings = std::move(bindings)] {
    for (const AclBinding& binding : bindings) list_.add(binding);
  };
  co_return co_await broker_.put_metadata(std::move(change));
}

runtime::Awaitable<broker::Answer<void>> AclStore::remove(std::vector<AclBinding> bindings) {
  std::erase_if(bindings, [this](const AclBinding& binding) { return is_configured(binding); });
  if (bindings.empty()) co_return broker::Answer<void>();
  broker::MetadataChange change;
  for (const AclBinding& binding : bindings) {
    change.entries.push_back({key_of(encode_binding(binding)), std::nullopt});
  }
  change.apply = [this, bindings = std::move(bindings)] {
    for (const AclBinding& binding : bindings) list_.remove(binding);
  };
  co_return co_await broker_.put_metadata(std::move(change));
}

}  // namespace tarn::access
