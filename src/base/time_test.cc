#include "base/time.h"

#include <gtest/gtest.h>

namespace tarn {
namespace {

TEST(Time, IsoTextRoundTrips) {
  for (const char* text : {"1970-01-01T00:00:00Z", "2024-02-29T23:59:59.999Z",
                           "1969-12-31T23:59:59.001Z", "9999-12-31T00:00:00Z"}) {
    EXPECT_EQ(to_iso8601(*parse_iso8601(text)), text);
  }
}

TEST(Time, ZonesAndFractionsAreUnderstood) {
  EXPECT_EQ(to_iso8601(*parse_iso8601("2024-09-01T11:36:01+02:30")), "2024-09-01T09:06:01Z");
  EXPECT_EQ(to_iso8601(*parse_iso8601("2024-09-01 11:36:01.5Z")), "2024-09-01T11:36:01.500Z");
  EXPECT_EQ(to_iso8601(*parse_iso8601("2024-09-01T11:36:01.123456789Z")),
            "2024-09-01T11:36:01.123Z");
}

TEST(Time, WhatIsNoTimeIsRefused) {
  for (const char* text : {"", "2024", "2023-02-29T00:00:00Z", "2024-01-01T24:00:00Z",
                           "2024-01-01T00:00:00", "2024-01-01T00:00:00Zx"}) {
    EXPECT_FALSE(parse_iso8601(text)) << text;
  }
}

TEST(CivilTime, KnowsEveryYear) {
  const auto far = to_civil(from_unix_millis(1'515'680'380'800'000));
  EXPECT_EQ(far.year, 50000);
  EXPECT_EQ(far.month, 1U);
  EXPECT_EQ(far.day, 1U);
  EXPECT_EQ(to_civil(from_unix_millis(-1)).year, 1969);
  EXPECT_EQ(to_civil(from_unix_millis(-62'167'219'200'001)).year, -1);
}

TEST(CivilTime, TakesTheEndsOfTheRange) {
  EXPECT_LT(to_civil(Timestamp::min()).year, -200'000'000);
  EXPECT_GT(to_civil(Timestamp::max()).year, 200'000'000);
}

TEST(CivilTime, AgreesWithTheStandardLibraryDayByDay) {
  for (int days = -800'000; days < 800'000; days += 13) {
    const std::chrono::sys_days day{std::chrono::days(days)};
    const std::chrono::year_month_day expected(day);
    const auto civil = to_civil(day);
    ASSERT_EQ(civil.year, int(expected.year()));
    ASSERT_EQ(civil.month, unsigned(expected.month()));
    ASSERT_EQ(civil.day, unsigned(expected.day()));
  }
}

}  // namespace
}  // namespace tarn
