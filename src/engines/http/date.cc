#include "engines/http/date.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include <fmt/core.h>

namespace tarn::http {
namespace {

constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr int64_t kRetrySecondsMax = 366LL * 24 * 3600;

// Words of letters or digits: "Sun, 06 Nov 1994 08:49:37 GMT" has eight.
std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> found;
  const auto is_separator = [](char c) { return c == ' ' || c == ',' || c == '-' || c == ':'; };
  for (size_t start = 0; start < text.size();) {
    size_t end = start;
    while (end < text.size() && !is_separator(text[end])) ++end;
    if (end > start) found.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return found;
}

std::optional<int> number(std::string_view text, size_t digits_max = 2) {
  if (text.size() > digits_max) return std::nullopt;
  int value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, value);
  if (failure != std::errc() || stop != end || value < 0) return std::nullopt;
  return value;
}

// A year of two digits is the nearest one that ends so, as RFC 9110 wants, seen from 2000.
int full_year(int year, size_t digits) {
  if (digits > 2) return year;
  return year < 70 ? 2000 + year : 1900 + year;
}

struct Parts {
  std::string_view day, month, year, hour, minute, second;
};

std::optional<Timestamp> assemble(const Parts& parts) {
  using namespace std::chrono;
  const auto* month_name = std::ranges::find(kMonths, parts.month);
  const auto day_number = number(parts.day);
  const auto year_number = number(parts.year, 4);
  const auto hour = number(parts.hour);
  const auto minute = number(parts.minute);
  const auto second = number(parts.second);
  if (month_name == kMonths.end() || !day_number || !year_number || !hour || !minute || !second) {
    return std::nullopt;
  }
  const auto month_number = static_cast<unsigned>(month_name - kMonths.begin() + 1);
  const year_month_day date(year(full_year(*year_number, parts.year.size())), month(month_number),
                            day(static_cast<unsigned>(*day_number)));
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return Timestamp(sys_days(date)) + hours(*hour) + minutes(*minute) + seconds(*second);
}

}  // namespace

std::string format_date(Timestamp at) {
  const CivilTime civil = to_civil(at);
  const std::chrono::weekday weekday(std::chrono::floor<std::chrono::days>(at));
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays.at(weekday.c_encoding()),
                     civil.day, kMonths.at(civil.month - 1), civil.year, civil.hour, civil.minute,
                     civil.second);
}

std::optional<Timestamp> parse_date(std::string_view text) {
  const auto part = words(text);
  if (part.size() == 8 && part[7] == "GMT") {
    return assemble({part[1], part[2], part[3], part[4], part[5], part[6]});
  }
  if (part.size() == 7) {  // asctime: Sun Nov  6 08:49:37 1994
    return assemble({part[2], part[1], part[6], part[3], part[4], part[5]});
  }
  return std::nullopt;
}

std::optional<Millis> parse_retry_after(std::string_view text, Timestamp now) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  Millis wait{0};
  if (const auto at = parse_date(text)) {
    wait = *at - now;
  } else if (!text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos) {
    int64_t value = kRetrySecondsMax;
    std::from_chars(text.data(), text.data() + text.size(), value);
    wait = std::chrono::seconds(std::min(value, kRetrySecondsMax));
  } else {
    return std::nullopt;
  }
  return std::clamp(wait, Millis(0), Millis(std::chrono::seconds(kRetrySecondsMax)));
}

}  // namespace tarn::http
