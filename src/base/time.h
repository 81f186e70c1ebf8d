// Instants in UTC with the millisecond resolution of Kafka's timestamps, and their text form.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace tarn {

using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;
using Millis = std::chrono::milliseconds;

inline int64_t unix_millis(Timestamp at) {
  return at.time_since_epoch().count();
}
inline Timestamp from_unix_millis(int64_t millis) {
  return Timestamp(Millis(millis));
}

struct CivilTime {
  int year = 1970;
  unsigned month = 1;  // 1 to 12
  unsigned day = 1;    // 1 to 31
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
  unsigned millisecond = 0;
};
CivilTime to_civil(Timestamp at);

// 2024-09-01T11:36:01Z, with milliseconds only when there are any (RFC 3339).
std::string to_iso8601(Timestamp at);
// RFC 3339 with 'Z' or a numeric zone; up to nine digits of a second, cut to milliseconds.
Result<Timestamp> parse_iso8601(std::string_view text);

}  // namespace tarn
