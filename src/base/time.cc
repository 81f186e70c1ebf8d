#include "base/time.h"

#include <charconv>
#include <cstdio>

namespace tarn {
namespace {

// Takes fixed-width digit fields off the front of a text; sticky failure.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  unsigned digits(size_t count) {
    unsigned value = 0;
    if (rest_.size() < count) return fail();
    auto [end, error] = std::from_chars(rest_.data(), rest_.data() + count, value);
    if (error != std::errc() || end != rest_.data() + count) return fail();
    rest_.remove_prefix(count);
    return value;
  }
  bool accept(char wanted) {
    if (rest_.empty() || rest_[0] != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char wanted) {
    if (!accept(wanted)) fail();
  }
  // The digits after a decimal point, as milliseconds.
  unsigned fraction_millis() {
    unsigned millis = 0;
    size_t count = 0;
    for (; !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9'; ++count, rest_.remove_prefix(1)) {
      if (count < 3) millis = millis * 10 + static_cast<unsigned>(rest_[0] - '0');
    }
    if (count == 0 || count > 9) return fail();
    for (; count < 3; ++count) millis *= 10;
    return millis;
  }
  unsigned fail() {
    failed_ = true;
    return 0;
  }
  [[nodiscard]] bool done() const { return !failed_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace

// Days since 1970 to the Gregorian calendar, for every year: std::chrono's ends at 32767
// (H. Hinnant, chrono-compatible low-level date algorithms).
CivilTime to_civil(Timestamp at) {
  constexpr int64_t kEraDays = 146'097;       // 400 years
  constexpr int64_t kShiftToMarch = 719'468;  // from 0000-03-01 to 1970-01-01
  constexpr int64_t kDayMillis = 86'400'000;
  const int64_t of_day = unix_millis(at) % kDayMillis;  // negative before 1970
  const int64_t day = unix_millis(at) / kDayMillis - (of_day < 0 ? 1 : 0);
  const int64_t shifted = day + kShiftToMarch;
  const int64_t era = (shifted >= 0 ? shifted : shifted - kEraDays + 1) / kEraDays;
  const int64_t of_era = shifted - era * kEraDays;
  const int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36'524 - of_era / 146'096) / 365;
  const int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month_from_march = (5 * of_year + 2) / 153;
  const int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  const std::chrono::hh_mm_ss time(Millis(of_day < 0 ? of_day + kDayMillis : of_day));
  return {.year = static_cast<int>(year_of_era + era * 400 + (month <= 2 ? 1 : 0)),
          .month = static_cast<unsigned>(month),
          .day = static_cast<unsigned>(of_year - (153 * month_from_march + 2) / 5 + 1),
          .hour = unsigned(time.hours().count()),
          .minute = unsigned(time.minutes().count()),
          .second = unsigned(time.seconds().count()),
          .millisecond = unsigned(time.subseconds().count())};
}

std::string to_iso8601(Timestamp at) {
  const CivilTime t = to_civil(at);
  char text[64];
  int length = std::snprintf(text, sizeof(text), "%04d-%02u-%02uT%02u:%02u:%02u", t.year, t.month,
                             t.day, t.hour, t.minute, t.second);
  std::string out(text, static_cast<size_t>(length));
  if (t.millisecond != 0) {
    length = std::snprintf(text, sizeof(text), ".%03u", t.millisecond);
    out.append(text, static_cast<size_t>(length));
  }
  return out + "Z";
}

Result<Timestamp> parse_iso8601(std::string_view text) {
  Scanner scan(text);
  const unsigned year = scan.digits(4);
  scan.expect('-');
  const unsigned month = scan.digits(2);
  scan.expect('-');
  const unsigned day = scan.digits(2);
  if (!scan.accept('T') && !scan.accept('t')) scan.expect(' ');
  const unsigned hour = scan.digits(2);
  scan.expect(':');
  const unsigned minute = scan.digits(2);
  scan.expect(':');
  const unsigned second = scan.digits(2);
  const unsigned millis = scan.accept('.') ? scan.fraction_millis() : 0;
  std::chrono::minutes zone{0};
  if (!scan.accept('Z') && !scan.accept('z')) {
    const bool east = scan.accept('+');
    if (!east) scan.expect('-');
    const unsigned hours = scan.digits(2);
    scan.accept(':');
    zone = std::chrono::minutes(hours * 60 + scan.digits(2));
    if (!east) zone = -zone;
  }
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(year)),
                                         std::chrono::month(month), std::chrono::day(day));
  if (!scan.done() || !date.ok() || hour > 23 || minute > 59 || second > 60) {
    return Error(
        ErrorCode::invalid_argument,
        "not an RFC 3339 time such as 2024-09-01T11:36:01Z: " + std::string(text.substr(0, 64)));
  }
  return Timestamp(std::chrono::sys_days(date)) + std::chrono::hours(hour) +
         std::chrono::minutes(minute) + std::chrono::seconds(second) + Millis(millis) - zone;
}

}  // namespace tarn
