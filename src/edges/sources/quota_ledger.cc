#include "edges/sources/quota_ledger.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/sha256.h"
#include "formats/json/value.h"

namespace tarn::sources {
namespace {

std::string state_key(const std::string& bucket) {
  return "quota/" + bucket;
}

std::optional<int64_t> integer_at(json::Value object, std::string_view name) {
  const auto member = object.member(name);
  return member ? member->integer() : std::nullopt;
}

}  // namespace

QuotaLedger::QuotaLedger(state::StateStore& state, const os::Clock& clock)
    : state_(state), clock_(clock) {}

std::string QuotaLedger::bucket_of(std::string_view secret_key) {
  return sha256_hex(as_bytes(secret_key), 16);
}

void QuotaLedger::join(const std::string& bucket) {
  ++buckets_[bucket].members;
}

void QuotaLedger::leave(const std::string& bucket) {
  --buckets_[bucket].members;
}

// What was used in a period that is over counts no more. A period that lies ahead stays: a clock
// that was set back must not give calls away twice.
QuotaLedger::Use QuotaLedger::use_now(const std::string& bucket, const Quota& quota) const {
  Use use;
  const auto known = buckets_.find(bucket);
  if (known != buckets_.end() && known->second.use) {
    use = *known->second.use;
  } else if (const auto text = state_.get(state_key(bucket))) {
    if (const auto stored = json::parse(*text)) {
      use.period_start = from_unix_millis(integer_at(*stored, "period_start").value_or(0));
      use.calls = std::max<int64_t>(integer_at(*stored, "calls").value_or(0), 0);
    }
  }
  const Timestamp start = quota.period_start(clock_.now());
  if (start > use.period_start) use = {start, 0};
  return use;
}

runtime::Task<void> QuotaLedger::reserve(std::string bucket, Quota quota) {
  Use use = use_now(bucket, quota);
  if (use.calls >= quota.calls) {
    co_return Error(ErrorCode::resource_exhausted,
                    fmt::format("the quota of {} is used up until {}", quota.to_string(),
                                to_iso8601(quota.period_end(use.period_start))));
  }
  ++use.calls;
  buckets_[bucket].use = use;
  co_return co_await state_.put(
      state_key(bucket),
      fmt::format(R"({{"period_start":{},"calls":{}}})", unix_millis(use.period_start), use.calls));
}

int64_t QuotaLedger::calls_left(const std::string& bucket, const Quota& quota) const {
  return std::max<int64_t>(quota.calls - use_now(bucket, quota).calls, 0);
}

Timestamp QuotaLedger::resets_at(const std::string& bucket, const Quota& quota) const {
  return quota.period_end(use_now(bucket, quota).period_start);
}

Millis QuotaLedger::spread(const std::string& bucket, const Quota& quota,
                           int64_t calls_per_poll) const {
  const Millis time_left = std::max(resets_at(bucket, quota) - clock_.now(), Millis(0));
  const auto known = buckets_.find(bucket);
  const int64_t members = known == buckets_.end() ? 1 : std::max<int64_t>(known->second.members, 1);
  const double wanted =
      static_cast<double>(std::max<int64_t>(calls_per_poll, 1)) * static_cast<double>(members);
  const auto left = static_cast<double>(calls_left(bucket, quota));
  if (wanted >= left) return time_left;
  const double share = static_cast<double>(time_left.count()) * wanted / left;
  return Millis(static_cast<int64_t>(share));
}

}  // namespace tarn::sources
