#include "edges/kafka_server/quota_meter.h"

#include <string_view>

namespace tarn::kafka_server {

using access::QuotaKind;
using access::QuotaLimit;

namespace {

// Quotas name users without the type of the principal.
std::string user_of(const access::Caller& caller) {
  constexpr std::string_view kUser = "User:";
  const std::string_view principal = caller.principal;
  return std::string(principal.starts_with(kUser) ? principal.substr(kUser.size()) : principal);
}

}  // namespace

QuotaMeter::Allowance& QuotaMeter::allowance(QuotaKind kind, const QuotaLimit& limit) {
  if (allowances_.size() >= sweep_at_) sweep();
  Allowance& found = allowances_[{kind, limit.scope}];
  found.rate = limit.rate;
  return found;
}

void QuotaMeter::sweep() {
  const auto now = clock_.monotonic();
  std::erase_if(allowances_,
                [now](auto& entry) { return entry.second.bucket.is_full(entry.second.rate, now); });
  sweep_at_ = std::max(kSweepFrom, 2 * allowances_.size());
}

Millis QuotaMeter::charge(QuotaKind kind, const access::Caller& caller,
                          const std::string& client_id, double amount) {
  const auto limit = quotas_.table().find(kind, user_of(caller), client_id);
  if (!limit) return Millis(0);
  return allowance(kind, *limit).bucket.charge(amount, limit->rate, clock_.monotonic());
}

Millis QuotaMeter::debt(QuotaKind kind, const access::Caller& caller,
                        const std::string& client_id) {
  const auto limit = quotas_.table().find(kind, user_of(caller), client_id);
  if (!limit) return Millis(0);
  return allowance(kind, *limit).bucket.debt(limit->rate, clock_.monotonic());
}

bool QuotaMeter::admit_connection(const std::string& ip) {
  const auto kind = QuotaKind::connection_creation_rate;
  const auto limit = quotas_.table().find_address(kind, ip);
  if (!limit) return true;
  auto& bucket = allowance(kind, *limit).bucket;
  const auto now = clock_.monotonic();
  // A refused connection is not charged: else whoever tries again and again never gets in.
  if (bucket.debt(limit->rate, now) > Millis(0)) return false;
  bucket.charge(1, limit->rate, now);
  return true;
}

}  // namespace tarn::kafka_server
