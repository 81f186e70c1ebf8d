#include "formats/columns/time_text.h"

#include <cstdlib>
#include <string>

#include "base/time.h"

namespace tarn::columns {

namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int64_t kSecondsPerDay = 86'400;

struct Civil {
  int64_t year;
  int64_t month;
  int64_t day;
};

// Days to a date of the proleptic Gregorian calendar, for any year (std::chrono stops at 32767):
// eras of 400 years that begin in March.
Civil civil_of(int64_t days) {
  const int64_t shifted = days + 719'468;
  const int64_t era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
  const int64_t day_of_era = shifted - era * 146'097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month_from_march = (5 * day_of_year + 2) / 153;
  const int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  return {.year = year_of_era + era * 400 + (month <= 2 ? 1 : 0),
          .month = month,
          .day = day_of_year - (153 * month_from_march + 2) / 5 + 1};
}

int64_t floor_divide(int64_t value, int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

void append_digits(std::string& text, int64_t value, size_t width) {
  const std::string digits = std::to_string(value);
  text.append(width > digits.size() ? width - digits.size() : 0, '0').append(digits);
}

}  // namespace

std::optional<int64_t> parse_timestamp(std::string_view text) {
  const auto millis = parse_iso8601(text);
  if (!millis) return std::nullopt;
  int64_t micros = 0;
  if (const size_t point = text.find('.'); point != std::string_view::npos) {
    int64_t scale = 100;  // of the fourth digit of the fraction
    for (size_t at = point + 4; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
      if (scale == 0 && text[at] != '0') return std::nullopt;
      micros += (text[at] - '0') * scale;
      scale /= 10;
    }
  }
  int64_t whole = 0;
  if (__builtin_mul_overflow(unix_millis(*millis), 1000, &whole)) return std::nullopt;
  return whole + micros;
}

std::optional<int64_t> parse_date(std::string_view text) {
  if (text.size() != 10) return std::nullopt;
  const auto midnight = parse_iso8601(std::string(text) + "T00:00:00Z");
  if (!midnight) return std::nullopt;
  return floor_divide(unix_millis(*midnight), kSecondsPerDay * 1000);
}

std::string date_text(int64_t days) {
  const Civil civil = civil_of(days);
  std::string text;
  if (civil.year < 0 || civil.year > 9999) text += civil.year < 0 ? '-' : '+';
  append_digits(text, std::abs(civil.year), 4);
  append_digits(text += '-', civil.month, 2);
  append_digits(text += '-', civil.day, 2);
  return text;
}

std::string timestamp_text(int64_t micros) {
  const int64_t seconds = floor_divide(micros, kMicrosPerSecond);
  // By the remainder: the whole seconds of the earliest instants are no number of microseconds.
  const int64_t fraction = (micros % kMicrosPerSecond + kMicrosPerSecond) % kMicrosPerSecond;
  const int64_t days = floor_divide(seconds, kSecondsPerDay);
  const int64_t second = seconds - days * kSecondsPerDay;
  std::string text = date_text(days);
  append_digits(text += 'T', second / 3600, 2);
  append_digits(text += ':', second / 60 % 60, 2);
  append_digits(text += ':', second % 60, 2);
  if (fraction != 0) {
    append_digits(text += '.', fraction, 6);
    text.resize(text.find_last_not_of('0') + 1);
  }
  return text + "Z";
}

}  // namespace tarn::columns
