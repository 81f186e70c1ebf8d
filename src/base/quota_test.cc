#include "base/quota.h"

#include <gtest/gtest.h>

namespace tarn {
namespace {

std::string period(Quota quota, std::string_view at) {
  const Timestamp instant = *parse_iso8601(at);
  return to_iso8601(quota.period_start(instant)) + " " + to_iso8601(quota.period_end(instant));
}

TEST(Quota, ReadsItsOwnText) {
  for (const char* text : {"5/second", "30/minute", "60/hour", "10000/day", "500/month"}) {
    EXPECT_EQ(Quota::parse(text)->to_string(), text);
  }
}

TEST(Quota, RefusesWhatIsNoRate) {
  for (const char* text : {"", "500", "/month", "500/", "0/day", "-1/day", "5/year", "5 /day",
                           "500/months", "99999999999999/day", "99999999999999999999/day"}) {
    EXPECT_FALSE(Quota::parse(text)) << text;
  }
}

TEST(Quota, AMonthBeginsOnItsResetDay) {
  EXPECT_EQ(period({500, QuotaPeriod::month}, "2024-02-10T12:00:00Z"),
            "2024-02-01T00:00:00Z 2024-03-01T00:00:00Z");
  EXPECT_EQ(period({500, QuotaPeriod::month, 14}, "2024-01-13T23:59:59Z"),
            "2023-12-14T00:00:00Z 2024-01-14T00:00:00Z");
  EXPECT_EQ(period({500, QuotaPeriod::month, 14}, "2024-12-14T00:00:00Z"),
            "2024-12-14T00:00:00Z 2025-01-14T00:00:00Z");
}

TEST(Quota, AMonthWithoutTheResetDayResetsOnItsLast) {
  const Quota quota{500, QuotaPeriod::month, 31};
  EXPECT_EQ(period(quota, "2024-02-28T12:00:00Z"), "2024-01-31T00:00:00Z 2024-02-29T00:00:00Z");
  EXPECT_EQ(period(quota, "2024-02-29T00:00:00Z"), "2024-02-29T00:00:00Z 2024-03-31T00:00:00Z");
}

TEST(Quota, ShorterPeriodsFollowTheClock) {
  EXPECT_EQ(period({1, QuotaPeriod::day}, "2024-02-28T12:34:56Z"),
            "2024-02-28T00:00:00Z 2024-02-29T00:00:00Z");
  EXPECT_EQ(period({1, QuotaPeriod::hour}, "2024-02-28T23:34:56Z"),
            "2024-02-28T23:00:00Z 2024-02-29T00:00:00Z");
  EXPECT_EQ(period({1, QuotaPeriod::minute}, "2024-02-28T23:34:56Z"),
            "2024-02-28T23:34:00Z 2024-02-28T23:35:00Z");
}

}  // namespace
}  // namespace tarn
