#include "formats/table_format/delta_interval.h"

#include <chrono>

#include <gtest/gtest.h>

namespace tarn::table_format {
namespace {

using namespace std::chrono_literals;

TEST(DeltaIntervalTest, UnitsAreAddedUp) {
  EXPECT_EQ(parse_interval("interval 30 days"), Millis(30 * 24h));
  EXPECT_EQ(parse_interval("1 week"), Millis(7 * 24h));
  EXPECT_EQ(parse_interval(" interval  1 hour 30 minutes 5 milliseconds"), Millis(90min + 5ms));
  EXPECT_EQ(parse_interval("interval 0 seconds"), Millis(0));
}

TEST(DeltaIntervalTest, WhatIsNotUnderstoodIsNone) {
  for (const char* text : {"", "interval", "30", "interval 1 month", "days 30", "3x days",
                           "interval 9223372036854775807 weeks", "interval 1 day 2"}) {
    EXPECT_EQ(parse_interval(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace tarn::table_format
