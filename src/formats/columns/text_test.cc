#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "formats/columns/csv_text.h"
#include "formats/columns/json_text.h"
#include "formats/columns/table_text.h"
#include "formats/columns/time_text.h"

namespace tarn::columns {
namespace {

class TextTest : public ::testing::Test {
 protected:
  TextTest() {
    Column numbers(TypeKind::float64);
    numbers.append_double(-0.0);
    numbers.append_double(std::numeric_limits<double>::quiet_NaN());
    Column texts(TypeKind::text);
    texts.append_text("a \"b\",\n\x01é");
    texts.append_null();
    Column lists(Type::list(Type::structure({{"x", TypeKind::int64}})));
    lists.child(0).child(0).append_int64(std::numeric_limits<int64_t>::min());
    lists.child(0).append_structure();
    lists.child(0).append_null();
    lists.append_list();
    lists.append_list();
    batch_.add({.name = "n", .type = numbers.type()}, std::move(numbers));
    batch_.add({.name = "t,", .type = texts.type()}, std::move(texts));
    batch_.add({.name = "l", .type = lists.type()}, std::move(lists));
  }
  template <class Append>
  static std::string value(TypeKind kind, Append append) {
    Column column{Type(kind)};
    append(column);
    std::string out;
    append_json_value(column, 0, out);
    return out;
  }

  Batch batch_;
};

TEST_F(TextTest, WritesRowsAsJson) {
  EXPECT_EQ(json_rows({&batch_, 1}),
            "[\n{\"n\":-0.0,\"t,\":\"a \\\"b\\\",\\n\\u0001é\","
            "\"l\":[{\"x\":-9223372036854775808},null]},\n{\"n\":null,\"t,\":null,\"l\":[]}\n]");
  EXPECT_EQ(json_rows({}), "[]");
}

TEST_F(TextTest, WritesColumnsAsJson) {
  EXPECT_EQ(json_columns(Schema{{{"a", TypeKind::text}}}, {}), R"({"a":[]})");
  EXPECT_TRUE(
      json_columns(batch_.schema, {&batch_, 1}).starts_with(R"({"n":[-0.0,null],"t,":["a)"));
}

TEST_F(TextTest, WritesCsv) {
  std::string out;
  append_csv_header(batch_.schema, out);
  append_csv_rows(batch_, out);
  EXPECT_EQ(out,
            "n,\"t,\",l\n-0.0,\"a \"\"b\"\",\n\x01é\",\"[{\"\"x\"\":-9223372036854775808},null]\"\n"
            "null,,[]\n");
}

TEST_F(TextTest, WritesATableForATerminal) {
  EXPECT_EQ(table_text(batch_.schema, {&batch_, 1}, {.cell_width_max = 12}),
            " n    | t,           | l\n------+--------------+--------------\n"
            " -0.0 | a \"b\",\\n\\u0… | [{\"x\":-9223…\n null |              | []\n");
}

TEST_F(TextTest, WritesNumbersWithAllTheirDigits) {
  EXPECT_EQ(value(TypeKind::float64, [](Column& c) { c.append_double(3); }), "3.0");
  EXPECT_EQ(value(TypeKind::float64, [](Column& c) { c.append_double(0.1); }), "0.1");
  EXPECT_EQ(value(TypeKind::float64, [](Column& c) { c.append_double(1e300); }), "1e+300");
  EXPECT_EQ(value(TypeKind::decimal, [](Column& c) { c.append_text("123.450"); }), "123.450");
}

TEST_F(TextTest, WritesTimesOfAnyYear) {
  EXPECT_EQ(timestamp_text(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(timestamp_text(-1), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(timestamp_text(std::numeric_limits<int64_t>::min()), "-290308-12-21T19:59:05.224192Z");
  EXPECT_EQ(timestamp_text(1'725'190'561'120'000), "2024-09-01T11:36:01.12Z");
  EXPECT_EQ(date_text(17'542'597), "+50000-01-01");
  EXPECT_EQ(date_text(-719'529), "-0001-12-31");
  EXPECT_EQ(date_text(19'782), "2024-02-29");
}

TEST_F(TextTest, ReadsTimesToTheMicrosecondOrNotAtAll) {
  EXPECT_EQ(parse_timestamp("1969-12-31T23:59:59.999999Z"), -1);
  EXPECT_EQ(parse_timestamp("2024-09-01 11:36:01.1234560+00:00"), 1'725'190'561'123'456);
  EXPECT_EQ(parse_timestamp("2024-09-01T11:36:01.1234567Z"), std::nullopt);
  EXPECT_EQ(parse_timestamp("yesterday"), std::nullopt);
  EXPECT_EQ(parse_date("2024-02-30"), std::nullopt);
}

TEST_F(TextTest, WritesBinaryAsBase64) {
  EXPECT_EQ(value(TypeKind::binary, [](Column& c) { c.append_text("\xff"); }), "\"/w==\"");
  EXPECT_EQ(value(TypeKind::binary, [](Column& c) { c.append_text("ab"); }), "\"YWI=\"");
  EXPECT_EQ(value(TypeKind::binary, [](Column& c) { c.append_text("abc"); }), "\"YWJj\"");
}

}  // namespace
}  // namespace tarn::columns
