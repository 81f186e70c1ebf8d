#include "base/cron.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn {
namespace {

std::string next(std::string_view expression, std::string_view after) {
  return to_iso8601(Cron::parse(expression)->next_after(*parse_iso8601(after)));
}

std::string complaint(std::string_view expression) {
  auto cron = Cron::parse(expression);
  return cron ? "none" : cron.error().message();
}

TEST(Cron, EveryFiveMinutesIsStrictlyAfter) {
  EXPECT_EQ(next("*/5 * * * *", "2024-09-01T11:34:59Z"), "2024-09-01T11:35:00Z");
  EXPECT_EQ(next("*/5 * * * *", "2024-09-01T11:35:00Z"), "2024-09-01T11:40:00Z");
}

TEST(Cron, NightlyCrossesTheYear) {
  EXPECT_EQ(next("0 2 * * *", "2024-12-31T02:00:00Z"), "2025-01-01T02:00:00Z");
}

TEST(Cron, NamesRangesListsAndSteps) {
  EXPECT_EQ(next("0 9-17/4 * jan,MAR mon-fri", "2024-02-01T00:00:00Z"), "2024-03-01T09:00:00Z");
  EXPECT_EQ(next("50/5 * * * *", "2024-02-01T00:00:00Z"), "2024-02-01T00:50:00Z");
}

TEST(Cron, SevenIsSunday) {
  EXPECT_EQ(next("0 0 * * 7", "2024-09-02T00:00:00Z"), next("0 0 * * 0", "2024-09-02T00:00:00Z"));
}

TEST(Cron, TwoRestrictedDaysMeanEither) {
  EXPECT_EQ(next("0 0 13 * fri", "2024-09-07T00:00:00Z"), "2024-09-13T00:00:00Z");
  EXPECT_EQ(next("0 0 13 * fri", "2024-09-13T00:00:00Z"), "2024-09-20T00:00:00Z");
}

TEST(Cron, WaitsForALeapDay) {
  EXPECT_EQ(next("0 0 29 2 *", "2025-01-01T00:00:00Z"), "2028-02-29T00:00:00Z");
}

TEST(Cron, NamesTheWrongField) {
  EXPECT_THAT(complaint("* * * *"), testing::HasSubstr("five fields"));
  EXPECT_THAT(complaint("60 * * * *"), testing::HasSubstr("minute field '60'"));
  EXPECT_THAT(complaint("* * 0 * *"), testing::HasSubstr("day of month"));
  EXPECT_THAT(complaint("*/0 * * * *"), testing::HasSubstr("minute"));
  EXPECT_THAT(complaint("5-1 * * * *"), testing::HasSubstr("minute"));
  EXPECT_THAT(complaint("0 0 30 2 *"), testing::HasSubstr("no day"));
}

}  // namespace
}  // namespace tarn
