#include "formats/table_format/delta_stats.h"

#include <cmath>
#include <limits>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "base/random.h"

namespace tarn::table_format {
namespace {

using columns::TypeKind;

// The bound as it stands in the statistics, as JSON; "" when there is none.
std::string bound(const char* side, TypeKind kind, const StatsBound& value) {
  const auto stats = boost::json::parse(
      write_stats(1, {{.path = {"c"}, .kind = kind, .min = value, .max = value, .null_count = 0}}));
  const auto* found = stats.at(side).as_object().if_contains("c");
  return found == nullptr ? "" : boost::json::serialize(*found);
}
std::string lower(TypeKind kind, const StatsBound& value) {
  return bound("minValues", kind, value);
}
std::string upper(TypeKind kind, const StatsBound& value) {
  return bound("maxValues", kind, value);
}

std::string text_of(const std::string& serialized) {
  return serialized.empty() ? "" : std::string(boost::json::parse(serialized).as_string());
}

TEST(DeltaStats, AreNestedLikeTheSchema) {
  EXPECT_EQ(write_stats(2, {{.path = {"a", "b"},
                             .kind = TypeKind::int64,
                             .min = int64_t{1},
                             .max = int64_t{2},
                             .null_count = 0},
                            {.path = {"a", "c"}, .kind = TypeKind::text, .null_count = 2}}),
            R"({"numRecords":2,"minValues":{"a":{"b":1}},"maxValues":{"a":{"b":2}},)"
            R"("nullCount":{"a":{"b":0,"c":2}}})");
}

TEST(DeltaStats, TextsAreCutAt32Characters) {
  const std::string accents = [] {
    std::string text;
    for (int i = 0; i < 40; ++i) text += "é";
    return text;
  }();
  EXPECT_EQ(text_of(lower(TypeKind::text, accents)), accents.substr(0, 64));
  EXPECT_EQ(text_of(upper(TypeKind::text, accents)), accents.substr(0, 64) + "\xf4\x8f\xbf\xbf");
  EXPECT_EQ(text_of(upper(TypeKind::text, std::string(33, 'a'))), std::string(32, 'a') + "\x7f");
  EXPECT_EQ(text_of(upper(TypeKind::text, std::string(32, 'a'))), std::string(32, 'a'));
}

TEST(DeltaStats, AnUpperBoundThatCannotBeSaidIsLeftOut) {
  EXPECT_EQ(upper(TypeKind::text, std::string(32, 'a') + "\xf4\x8f\xbf\xbf"), "");
}

TEST(DeltaStats, BoundsOfTextsAreBounds) {
  Random random(7);
  const std::vector<std::string> alphabet = {
      "a", "\x7e", "\x7f", "é", "€", "😀", "\xf4\x8f\xbf\xbf"};
  for (int round = 0; round < 2000; ++round) {
    std::string value;
    for (auto length = random.below(40) + 1; length > 0; --length) {
      value += alphabet[random.below(alphabet.size())];
    }
    EXPECT_LE(text_of(lower(TypeKind::text, value)), value);
    const auto top = upper(TypeKind::text, value);
    if (!top.empty()) EXPECT_GE(text_of(top), value);
  }
}

TEST(DeltaStats, TimesAreRoundedOutwardsToMilliseconds) {
  EXPECT_EQ(lower(TypeKind::timestamp, int64_t{1'500}), "\"1970-01-01T00:00:00.001Z\"");
  EXPECT_EQ(upper(TypeKind::timestamp, int64_t{1'500}), "\"1970-01-01T00:00:00.002Z\"");
  EXPECT_EQ(upper(TypeKind::timestamp, int64_t{2'000}), "\"1970-01-01T00:00:00.002Z\"");
  EXPECT_EQ(lower(TypeKind::timestamp, int64_t{-1}), "\"1969-12-31T23:59:59.999Z\"");
  EXPECT_EQ(upper(TypeKind::timestamp, int64_t{-1}), "\"1970-01-01T00:00:00.000Z\"");
}

TEST(DeltaStats, TimesThatReadersCannotParseHaveNoBounds) {
  constexpr int64_t kYear50000 = 1'515'674'793'600'000'000;
  EXPECT_EQ(upper(TypeKind::timestamp, kYear50000), "");
  EXPECT_EQ(lower(TypeKind::timestamp, std::numeric_limits<int64_t>::min()), "");
  EXPECT_EQ(upper(TypeKind::timestamp, std::numeric_limits<int64_t>::max()), "");
  EXPECT_EQ(upper(TypeKind::date, int64_t{100'000'000}), "");
  EXPECT_EQ(upper(TypeKind::date, int64_t{-1}), "\"1969-12-31\"");
}

TEST(DeltaStats, NumbersThatAreNoneAndBooleansHaveNoBounds) {
  EXPECT_EQ(upper(TypeKind::float64, std::nan("")), "");
  EXPECT_EQ(upper(TypeKind::float64, HUGE_VAL), "");
  EXPECT_EQ(upper(TypeKind::float64, 1.5), "1.5E0");
  EXPECT_EQ(upper(TypeKind::boolean, true), "");
  EXPECT_EQ(upper(TypeKind::int64, std::numeric_limits<int64_t>::max()), "9223372036854775807");
}

TEST(DeltaStats, TheRowCountIsReadBack) {
  EXPECT_EQ(read_row_count(write_stats(12, {})), 12);
  for (const char* text : {"", "{}", "[]", R"({"numRecords":"1"})"}) {
    EXPECT_EQ(read_row_count(text), std::nullopt);
  }
}

}  // namespace
}  // namespace tarn::table_format
