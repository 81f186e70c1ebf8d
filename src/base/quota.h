// How many calls a service allows in a period: "500/month".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace tarn {

enum class QuotaPeriod { second, minute, hour, day, month };
std::string_view to_string(QuotaPeriod period);

// Periods follow the calendar in UTC: a day begins at midnight, a month at midnight of the day on
// which it resets (the last day where a month has no such day).
struct Quota {
  int64_t calls = 0;
  QuotaPeriod period = QuotaPeriod::month;
  unsigned resets = 1;  // day of the month, for a period of a month

  // "N/second", "/minute", "/hour", "/day", "/month"; N from 1 to 10^12.
  static Result<Quota> parse(std::string_view text);

  [[nodiscard]] Timestamp period_start(Timestamp at) const;
  // Where the next period starts.
  [[nodiscard]] Timestamp period_end(Timestamp at) const;
  [[nodiscard]] std::string to_string() const;  // "500/month"

  bool operator==(const Quota&) const = default;
};

}  // namespace tarn
