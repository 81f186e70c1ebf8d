#include "base/cron.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/check.h"

namespace tarn {
namespace {

using Names = std::vector<std::string_view>;

struct FieldRule {
  std::string_view name;
  unsigned lowest;
  unsigned highest;
  Names names;  // the first stands for lowest
};

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> found;
  for (std::string_view part : split(text, ' ')) {
    if (!part.empty()) found.push_back(part);
  }
  return found;
}

Error wrong(const FieldRule& rule, std::string_view text) {
  return {ErrorCode::invalid_argument,
          "the " + std::string(rule.name) + " field '" + std::string(text) +
              "' is not *, a number " + std::to_string(rule.lowest) + " to " +
              std::to_string(rule.highest) + ", a range a-b, a step */n, or a list of these"};
}

std::optional<unsigned> parse_value(const FieldRule& rule, std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  if (auto name = std::ranges::find(rule.names, lower); name != rule.names.end()) {
    return rule.lowest + static_cast<unsigned>(name - rule.names.begin());
  }
  unsigned value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (value < rule.lowest || value > rule.highest) return std::nullopt;
  return value;
}

// One element of a list: *, a, a-b, each with an optional /step.
template <size_t Size>
bool add_element(const FieldRule& rule, std::string_view text, std::bitset<Size>& into) {
  auto parts = split(text, '/');
  if (parts.size() > 2) return false;
  unsigned step = 1;
  if (parts.size() == 2) {
    auto [end, error] = std::from_chars(parts[1].data(), parts[1].data() + parts[1].size(), step);
    if (error != std::errc() || end != parts[1].data() + parts[1].size() || step == 0) return false;
  }
  unsigned first = rule.lowest;
  unsigned last = rule.highest;
  if (parts[0] != "*") {
    auto ends = split(parts[0], '-');
    if (ends.size() > 2) return false;
    auto low = parse_value(rule, ends[0]);
    auto high = ends.size() == 2 ? parse_value(rule, ends[1]) : low;
    if (!low || !high || *low > *high) return false;
    first = *low;
    // a/n means from a to the end, every n.
    if (ends.size() == 2 || parts.size() == 1) last = *high;
  }
  for (uint64_t value = first; value <= last; value += step) into.set(value % Size);
  return true;
}

template <size_t Size>
Result<std::bitset<Size>> parse_field(const FieldRule& rule, std::string_view text) {
  std::bitset<Size> values;
  for (std::string_view element : split(text, ',')) {
    if (!add_element(rule, element, values)) return wrong(rule, text);
  }
  return values;
}

}  // namespace

Result<Cron> Cron::parse(std::string_view text) {
  auto fields = words(text);
  if (fields.size() != 5) {
    return Error(ErrorCode::invalid_argument,
                 "a cron expression has five fields (minute hour day month weekday), not " +
                     std::to_string(fields.size()));
  }
  Cron cron;
  cron.minutes_ = TRY(parse_field<60>({"minute", 0, 59, {}}, fields[0]));
  cron.hours_ = TRY(parse_field<24>({"hour", 0, 23, {}}, fields[1]));
  cron.days_of_month_ = TRY(parse_field<32>({"day of month", 1, 31, {}}, fields[2]));
  cron.months_ = TRY(parse_field<13>(
      {"month",
       1,
       12,
       {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}},
      fields[3]));
  // 7 is Sunday too: it folds onto bit 0.
  cron.days_of_week_ = TRY(parse_field<7>(
      {"day of week", 0, 7, {"sun", "mon", "tue", "wed", "thu", "fri", "sat"}}, fields[4]));
  cron.any_day_of_month_ = fields[2].starts_with('*');
  cron.any_day_of_week_ = fields[4].starts_with('*');
  if (!cron.matches_some_day()) {
    return Error(ErrorCode::invalid_argument,
                 "no day of any year matches '" + std::string(text) + "'");
  }
  return cron;
}

bool Cron::matches_day(std::chrono::sys_days day) const {
  std::chrono::year_month_day date(day);
  if (!months_.test(unsigned(date.month()))) return false;
  bool in_month = days_of_month_.test(unsigned(date.day()));
  bool in_week = days_of_week_.test(std::chrono::weekday(day).c_encoding());
  if (any_day_of_month_ || any_day_of_week_) return in_month && in_week;
  return in_month || in_week;
}

// Forty years hold every combination of weekday and date, leap days too.
bool Cron::matches_some_day() const {
  std::chrono::sys_days day = std::chrono::year(2000) / 1 / 1;
  for (int count = 0; count < 40 * 366; ++count, day += std::chrono::days(1)) {
    if (matches_day(day)) return true;
  }
  return false;
}

Timestamp Cron::next_after(Timestamp at) const {
  auto next = std::chrono::floor<std::chrono::minutes>(at) + std::chrono::minutes(1);
  auto day = std::chrono::floor<std::chrono::days>(next);
  for (int count = 0; count < 120 * 366; ++count, day += std::chrono::days(1), next = day) {
    if (!matches_day(day)) continue;
    for (; next < day + std::chrono::days(1); next += std::chrono::minutes(1)) {
      auto minute_of_day = static_cast<size_t>((next - day).count());
      if (hours_.test(minute_of_day / 60) && minutes_.test(minute_of_day % 60)) return next;
    }
  }
  check(false, "a cron expression matches some day");
  return at;
}

}  // namespace tarn
