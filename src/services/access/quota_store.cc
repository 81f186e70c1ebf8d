#include "services/access/quota_store.h"

#include "base/sha256.h"

namespace tarn::access {
namespace {

constexpr std::string_view kKeyPrefix = "quota/";

std::string key_of(const QuotaEntity& entity) {
  return std::string(kKeyPrefix) + sha256_hex(encode_entity(entity));
}

}  // namespace

Result<QuotaStore> QuotaStore::load(broker::Broker& broker) {
  QuotaStore store(broker);
  for (const auto& [key, value] : broker.metadata(kKeyPrefix)) {
    auto quota = decode_quota(value);
    if (!quota) return quota.error().with_context("the entry " + key);
    store.table_.set(quota->entity, std::move(quota->values));
  }
  store.coming_ = store.table_;
  return store;
}

runtime::Awaitable<broker::Answer<void>> QuotaStore::alter(std::vector<QuotaChange> changes) {
  broker::MetadataChange change;
  std::vector<StoredQuota> altered;
  for (const auto& [entity, wanted] : changes) {
    QuotaValues values = coming_.values(entity);
    for (const auto& [kind, value] : wanted) {
      if (value) {
        values[kind] = *value;
      } else {
        values.erase(kind);
      }
    }
    coming_.set(entity, values);
    std::optional<Bytes> encoded;
    if (!values.empty()) encoded = encode_quota({entity, values});
    change.entries.push_back({key_of(entity), std::move(encoded)});
    altered.push_back({entity, std::move(values)});
  }
  change.apply = [this, altered = std::move(altered)] {
    for (const auto& [entity, values] : altered) table_.set(entity, values);
  };
  auto done = co_await broker_.put_metadata(std::move(change));
  // A write that failed has stopped the storage: nothing comes after it.
  if (!done) coming_ = table_;
  co_return done;
}

Status check_change(const QuotaChange& change) {
  TRY(check_entity(change.entity));
  for (const auto& [kind, value] : change.values) {
    // What is removed need not have been possible.
    if (value) TRY(check_quota(change.entity, kind, *value));
  }
  return {};
}

}  // namespace tarn::access
