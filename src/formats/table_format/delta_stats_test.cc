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

class DeltaStatsRead : public ::testing::Test {
 protected:
  // What is known of the column c; its schema says that it is of this kind.
  ColumnStatistics column(TypeKind kind, const std::string& stats) {
    const auto read = read_stats(stats, {.fields = {{.name = "c", .type = kind}}});
    return read.columns.empty() ? ColumnStatistics{} : read.columns.front();
  }
};

TEST_F(DeltaStatsRead, GivesBackWhatWasWritten) {
  const auto written = write_stats(3, {{.path = {"c"},
                                        .kind = TypeKind::int64,
                                        .min = int64_t{-5},
                                        .max = int64_t{9'007'199'254'740'993},
                                        .null_count = 1}});
  EXPECT_EQ(read_stats(written, {}).rows, 3U);
  const auto known = column(TypeKind::int64, written);
  EXPECT_EQ(known.min, StatsBound(int64_t{-5}));
  EXPECT_EQ(known.max, StatsBound(int64_t{9'007'199'254'740'993}));
  EXPECT_EQ(known.null_count, 1U);
}

TEST_F(DeltaStatsRead, WidensTimesThatMayHaveLostTheirMicroseconds) {
  const auto known =
      column(TypeKind::timestamp, R"({"minValues":{"c":"1970-01-01T01:00:00.001+01:00"},)"
                                  R"("maxValues":{"c":"1970-01-01T00:00:00.002Z"}})");
  EXPECT_EQ(known.min, StatsBound(int64_t{1'000}));
  EXPECT_EQ(known.max, StatsBound(int64_t{2'999}));
}

TEST_F(DeltaStatsRead, KnowsNothingOfWhatItCannotReadForSure) {
  for (const std::string stats :
       {"", "null", "[1]", "{", R"({"minValues":7,"maxValues":null,"nullCount":[]})",
        R"({"minValues":{"c":1.5},"maxValues":{"c":"9"},"nullCount":{"c":-1}})",
        R"({"minValues":{"c":18446744073709551615}})", R"({"minValues":{"c":{"d":1}}})",
        R"({"minValues":{"c":5},"maxValues":{"c":4}})"}) {
    const auto known = column(TypeKind::int64, stats);
    EXPECT_FALSE(known.min || known.max || known.null_count) << stats;
    EXPECT_FALSE(read_stats(stats, {}).rows) << stats;
  }
  EXPECT_FALSE(column(TypeKind::float64, R"({"minValues":{"c":1.5}})").min);
  EXPECT_FALSE(column(TypeKind::date, R"({"minValues":{"c":"soon"}})").min);
  EXPECT_FALSE(column(TypeKind::boolean, R"({"maxValues":{"c":true}})").max);
}

}  // namespace
}  // namespace tarn::table_format
