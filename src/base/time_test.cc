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

}  // namespace
}  // namespace tarn
