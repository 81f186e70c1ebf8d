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

CivilTime to_civil(Timestamp at) {
  auto day = std::chrono::floor<std::chrono::days>(at);
  std::chrono::year_month_day date(day);
  std::chrono::hh_mm_ss time(at - day);
  return {.year = int(date.year()),
          .month = unsigned(date.month()),
          .day = unsigned(date.day()),
          .hour = static_cast<unsigned>(time.hours().count()),
          .minute = static_cast<unsigned>(time.minutes().count()),
          .second = static_cast<unsigned>(time.seconds().count()),
          .millisecond = static_cast<unsigned>(time.subseconds().count())};
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
