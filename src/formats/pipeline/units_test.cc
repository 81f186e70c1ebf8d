#include "formats/pipeline/units.h"

#include <gtest/gtest.h>

namespace tarn::pipeline {
namespace {

TEST(Size, DecimalAndBinaryUnitsDiffer) {
  EXPECT_EQ(*parse_size("64MB"), 64'000'000U);
  EXPECT_EQ(*parse_size("64MiB"), 67'108'864U);
  EXPECT_EQ(*parse_size("100"), 100U);
}

TEST(Size, RefusesWhatIsNoSize) {
  for (const char* text : {"", "MB", "64 MB", "64mb", "-1MB", "1.5GB", "99999999999TB", "1MB2"}) {
    EXPECT_FALSE(parse_size(text)) << text;
  }
}

TEST(Duration, UnitsAddUp) {
  EXPECT_EQ(*parse_duration("500ms"), Millis(500));
  EXPECT_EQ(*parse_duration("1h30m"), std::chrono::minutes(90));
  EXPECT_EQ(*parse_duration("7d"), std::chrono::days(7));
}

TEST(Duration, RefusesWhatIsNoDuration) {
  for (const char* text : {"", "15", "s", "1 m", "-1s", "1.5h", "1y", "999999999999999999d"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(Units, AreShownInTheLargestThatFits) {
  EXPECT_EQ(format_size(64'000'000), "64MB");
  EXPECT_EQ(format_size(1 << 20), "1MiB");
  EXPECT_EQ(format_size(1'234), "1234B");
  EXPECT_EQ(format_duration(std::chrono::seconds(90)), "90s");
  EXPECT_EQ(format_duration(Millis(0)), "0ms");
}

}  // namespace
}  // namespace tarn::pipeline
