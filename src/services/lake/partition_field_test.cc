#include "services/lake/partition_field.h"

#include <gtest/gtest.h>

namespace tarn::lake {
namespace {

using columns::TypeKind;

// One value, as text.
std::string value_of(const PartitionField& field, columns::Column column) {
  columns::Batch rows;
  rows.add({.name = field.column, .type = column.type()}, std::move(column));
  const auto values = partition_values(field, rows);
  if (values.is_null(0)) return "null";
  return values.type() == TypeKind::text ? std::string(values.text_at(0))
                                         : std::to_string(values.int64_at(0));
}
columns::Column at(TypeKind kind, int64_t value) {
  columns::Column column{columns::Type(kind)};
  column.append_int64(value);
  return column;
}
columns::Column text(std::string_view value) {
  columns::Column column{columns::Type(TypeKind::text)};
  column.append_text(value);
  return column;
}

TEST(PartitionField, IsAColumnOrAPartOfATime) {
  EXPECT_EQ(*parse_partition_field("carrier"),
            (PartitionField{.column = "carrier", .part = {}, .name = "carrier"}));
  EXPECT_EQ(*parse_partition_field("month(_time)"),
            (PartitionField{.column = "_time", .part = TimePart::month, .name = "month"}));
}

TEST(PartitionField, WhatIsNeitherIsRefused) {
  for (const char* wrong :
       {"", "week(_time)", "year()", "year(_time", "year(a)b", "year(a(b))", "a)", "(a)"}) {
    EXPECT_FALSE(parse_partition_field(wrong)) << wrong;
  }
}

TEST(PartitionField, PartsAreThoseInUtc) {
  constexpr int64_t kMicros = 1'725'190'561'000'000;  // 2024-09-01T11:36:01Z
  EXPECT_EQ(value_of(*parse_partition_field("year(t)"), at(TypeKind::timestamp, kMicros)), "2024");
  EXPECT_EQ(value_of(*parse_partition_field("month(t)"), at(TypeKind::timestamp, kMicros)), "9");
  EXPECT_EQ(value_of(*parse_partition_field("hour(t)"), at(TypeKind::timestamp, kMicros)), "11");
  EXPECT_EQ(value_of(*parse_partition_field("day(t)"), at(TypeKind::timestamp, -1)), "31");
  EXPECT_EQ(value_of(*parse_partition_field("year(t)"), at(TypeKind::date, -1)), "1969");
  EXPECT_EQ(value_of(*parse_partition_field("year(t)"), at(TypeKind::int64, 0)), "1970");
}

TEST(PartitionField, TextsAreReadAsTimesWhereTheyAre) {
  const auto year = *parse_partition_field("year(t)");
  EXPECT_EQ(value_of(year, text("2024-12-31T23:30:00-01:00")), "2025");
  EXPECT_EQ(value_of(year, text("yesterday")), "null");
}

TEST(PartitionField, AFormatMakesATextOfIt) {
  auto month = *parse_partition_field("month(t)");
  month.format = "%Y-%m";
  EXPECT_EQ(value_of(month, at(TypeKind::timestamp, 0)), "1970-01");
}

}  // namespace
}  // namespace tarn::lake
