#include "base/quota.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace tarn {
namespace {

constexpr int64_t kCallsMax = 1'000'000'000'000;
constexpr std::array kPeriods = {QuotaPeriod::second, QuotaPeriod::minute, QuotaPeriod::hour,
                                 QuotaPeriod::day, QuotaPeriod::month};

// The reset of the month that `month` names.
std::chrono::sys_days reset_day(std::chrono::year_month month, unsigned resets) {
  using namespace std::chrono;
  const auto last = (month / std::chrono::last).day();
  return sys_days(month / std::min(day(resets), last));
}

Timestamp month_start(Timestamp at, unsigned resets, int months_later) {
  using namespace std::chrono;
  const year_month_day today(floor<days>(at));
  const year_month month = today.year() / today.month();
  const bool before_reset = floor<days>(at) < reset_day(month, resets);
  return reset_day(month + months(months_later - (before_reset ? 1 : 0)), resets);
}

template <class Duration>
Timestamp fixed_start(Timestamp at, int later) {
  return std::chrono::floor<Duration>(at) + Duration(later);
}

Timestamp start(const Quota& quota, Timestamp at, int later) {
  switch (quota.period) {
    case QuotaPeriod::second:
      return fixed_start<std::chrono::seconds>(at, later);
    case QuotaPeriod::minute:
      return fixed_start<std::chrono::minutes>(at, later);
    case QuotaPeriod::hour:
      return fixed_start<std::chrono::hours>(at, later);
    case QuotaPeriod::day:
      return fixed_start<std::chrono::days>(at, later);
    case QuotaPeriod::month:
      return month_start(at, quota.resets, later);
  }
  return at;
}

}  // namespace

std::string_view to_string(QuotaPeriod period) {
  switch (period) {
    case QuotaPeriod::second:
      return "second";
    case QuotaPeriod::minute:
      return "minute";
    case QuotaPeriod::hour:
      return "hour";
    case QuotaPeriod::day:
      return "day";
    case QuotaPeriod::month:
      return "month";
  }
  return "month";
}

Result<Quota> Quota::parse(std::string_view text) {
  const auto wrong = [&] {
    return Error(ErrorCode::invalid_argument,
                 "'" + std::string(text) +
                     "' is not a quota: it is a number of calls and a period, such as 500/month, "
                     "10000/day, 60/hour, 30/minute or 5/second");
  };
  Quota quota;
  const char* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, quota.calls);
  if (failure != std::errc() || stop == end || *stop != '/') return wrong();
  if (quota.calls < 1 || quota.calls > kCallsMax) return wrong();
  const std::string_view name(stop + 1, end);
  const auto* period = std::ranges::find(kPeriods, name, [](auto p) { return tarn::to_string(p); });
  if (period == kPeriods.end()) return wrong();
  quota.period = *period;
  return quota;
}

Timestamp Quota::period_start(Timestamp at) const {
  return start(*this, at, 0);
}

Timestamp Quota::period_end(Timestamp at) const {
  return start(*this, at, 1);
}

std::string Quota::to_string() const {
  return std::to_string(calls) + "/" + std::string(tarn::to_string(period));
}

}  // namespace tarn
