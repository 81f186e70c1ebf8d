// Dates as HTTP writes them (RFC 9110, section 5.6.7).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace tarn::http {

// "Sun, 06 Nov 1994 08:49:37 GMT"
std::string format_date(Timestamp at);
// That form and the two obsolete ones, RFC 850's and asctime's.
std::optional<Timestamp> parse_date(std::string_view text);

// Retry-After: seconds or a date; never negative.
std::optional<Millis> parse_retry_after(std::string_view text, Timestamp now);

}  // namespace tarn::http
