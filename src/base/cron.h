// Cron expressions of five fields, in UTC: minute hour day-of-month month day-of-week.
#pragma once

#include <bitset>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace tarn {

// Fields are *, numbers, names (jan, mon), ranges a-b, steps */n or a-b/n, and lists of these.
// Sunday is 0 or 7. As in Vixie cron: when both days are restricted, either one matches.
class Cron {
 public:
  // invalid_argument names the field that is wrong, or says that no day ever matches.
  static Result<Cron> parse(std::string_view text);

  // The first full minute that matches, strictly after the instant.
  [[nodiscard]] Timestamp next_after(Timestamp at) const;

 private:
  [[nodiscard]] bool matches_day(std::chrono::sys_days day) const;
  [[nodiscard]] bool matches_some_day() const;

  std::bitset<60> minutes_;
  std::bitset<24> hours_;
  std::bitset<32> days_of_month_;
  std::bitset<13> months_;
  std::bitset<7> days_of_week_;
  bool any_day_of_month_ = true;
  bool any_day_of_week_ = true;
};

}  // namespace tarn
