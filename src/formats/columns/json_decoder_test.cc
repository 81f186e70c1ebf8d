#include "formats/columns/json_decoder.h"

#include <gtest/gtest.h>

namespace tarn::columns {
namespace {

class JsonDecoderTest : public ::testing::Test {
 protected:
  DecodedRecords decode(std::vector<std::string> records) {
    const std::vector<std::string_view> views(records.begin(), records.end());
    return decoder_.decode(views);
  }
  // A cell of the last decoded batch as text.
  static std::string cell(const DecodedRecords& decoded, std::string_view column, size_t row = 0) {
    const Column* found = decoded.batch.find(column);
    return found == nullptr ? "no column" : value_text(*found, row);
  }
  static std::string value_text(const Column& column, size_t row) {
    if (column.is_null(row)) return "null";
    switch (column.type().kind()) {
      case TypeKind::boolean:
        return column.boolean_at(row) ? "true" : "false";
      case TypeKind::float64:
        return std::to_string(column.double_at(row));
      case TypeKind::text:
        return std::string(column.text_at(row));
      case TypeKind::list: {
        std::string text = "[";
        for (uint64_t at = column.begin_at(row); at < column.end_at(row); ++at) {
          text += (text.size() > 1 ? "," : "") + value_text(column.child(0), at);
        }
        return text + "]";
      }
      case TypeKind::structure: {
        std::string text = "{";
        for (const Column& child : column.children()) {
          text += (text.size() > 1 ? "," : "") + value_text(child, row);
        }
        return text + "}";
      }
      default:
        return std::to_string(column.int64_at(row));
    }
  }
  std::string schema() { return to_text(decoder_.schema()); }

  JsonDecoder decoder_{Schema{}, {.reserved = {"_offset", "year"}}};
};

TEST_F(JsonDecoderTest, AFrozenSchemaTakesNoMoreColumns) {
  decode({R"({"a":1})"});
  decoder_.freeze();
  auto decoded = decode({R"({"a":2,"b":3})"});
  EXPECT_EQ(schema(), "a: int64, _rescued: text");
  EXPECT_EQ(cell(decoded, "_rescued"), R"({"b": 3})");
}

TEST_F(JsonDecoderTest, ARecordThatDoesNotFitIsRefusedWhenThatIsWanted) {
  decoder_ = JsonDecoder(Schema{}, {.misfits = JsonDecoderOptions::Misfits::refuse_record});
  decode({R"({"a":1,"b":{"c":2}})"});
  decoder_.freeze();
  auto decoded = decode({R"({"a":"x"})", R"({"a":5,"d":null})", R"({"b":{"e":1}})", R"({"d":1})"});
  EXPECT_EQ(decoded.records, (std::vector<size_t>{1}));
  EXPECT_EQ(cell(decoded, "a"), "5");
  ASSERT_EQ(decoded.undecodable.size(), 3U);
  EXPECT_TRUE(decoded.undecodable[0].reason.starts_with("the field 'a' "));
  EXPECT_TRUE(decoded.undecodable[1].reason.starts_with("the field 'b' "));
  EXPECT_EQ(schema(), "a: int64, b: struct<c: int64>");
}

TEST_F(JsonDecoderTest, WhatDoesNotFitIsDroppedWhenThatIsWanted) {
  decoder_ = JsonDecoder(Schema{}, {.misfits = JsonDecoderOptions::Misfits::are_dropped});
  decode({R"({"a":1})"});
  decoder_.freeze();
  auto decoded = decode({R"({"a":"x","b":1})", R"({"a":2})"});
  EXPECT_EQ(cell(decoded, "a", 0), "null");
  EXPECT_EQ(cell(decoded, "a", 1), "2");
  EXPECT_EQ(schema(), "a: int64");
}

TEST_F(JsonDecoderTest, LearnsTheTypesOfAllRecordsOfACall) {
  auto decoded = decode({R"({"a":1,"b":true,"c":"x"})", R"({"a":2.5,"d":[1,2],"e":{"f":null}})",
                         R"({"e":{"f":7},"g":null})"});
  EXPECT_EQ(schema(), "a: double, b: boolean, c: text, d: list<int64>, e: struct<f: int64>");
  EXPECT_EQ(cell(decoded, "a", 0), "1.000000");
  EXPECT_EQ(cell(decoded, "d", 0), "null");
  EXPECT_EQ(cell(decoded, "d", 1), "[1,2]");
  EXPECT_EQ(cell(decoded, "e", 2), "{7}");
  EXPECT_TRUE(decoded.schema_changed);
}

TEST_F(JsonDecoderTest, AddsNestedFieldsAtTheEndOfTheirStructure) {
  decode({R"({"a":{"x":1},"l":[{"p":1}]})"});
  auto decoded = decode({R"({"l":[{"p":2},{"q":"z","p":3}],"a":{"y":true,"x":5}})"});
  EXPECT_EQ(schema(), "a: struct<x: int64, y: boolean>, l: list<struct<p: int64, q: text>>");
  EXPECT_EQ(cell(decoded, "a"), "{5,true}");
  EXPECT_EQ(cell(decoded, "l"), "[{2,null},{3,z}]");
}

TEST_F(JsonDecoderTest, KeepsTheTypeAndRescuesWhatDoesNotFit) {
  decode({R"({"a":1,"n":{"m":1}})"});
  auto decoded = decode({R"({"a":"one","n":{"m":2}})", R"({"a":2,"n":{"m":[1]}})", R"({"a":3})"});
  EXPECT_EQ(schema(), "a: int64, n: struct<m: int64>, _rescued: text");
  EXPECT_EQ(cell(decoded, "_rescued", 0), R"({"a": "one"})");
  EXPECT_EQ(cell(decoded, "_rescued", 1), R"({"n": {"m":[1]}})");
  EXPECT_EQ(cell(decoded, "_rescued", 2), "null");
  EXPECT_EQ(cell(decoded, "n", 0), "{2}");
  EXPECT_EQ(cell(decoded, "n", 1), "{null}");
}

TEST_F(JsonDecoderTest, LosesNoDigitOfANumber) {
  decode({R"({"i":1,"d":1.5})"});
  auto decoded = decode({R"({"i":9223372036854775808,"d":9007199254740993})",
                         R"({"i":3.0,"d":9007199254740992})", R"({"i":1e400,"d":1e400})",
                         R"({"big":18446744073709551616})"});
  EXPECT_EQ(cell(decoded, "_rescued", 0), R"({"i": 9223372036854775808, "d": 9007199254740993})");
  EXPECT_EQ(cell(decoded, "i", 1), "3");
  EXPECT_EQ(cell(decoded, "d", 1), "9007199254740992.000000");
  EXPECT_EQ(cell(decoded, "_rescued", 2), R"({"i": 1e400, "d": 1e400})");
  EXPECT_EQ(cell(decoded, "big", 3), "18446744073709551616");
}

TEST_F(JsonDecoderTest, TextTakesEverythingAsJson) {
  decode({R"({"t":"x"})"});
  auto decoded =
      decode({R"({"t":1.50})", R"({"t":true})", R"({"t":{"a":[1, 2]} })", R"({"t":null})"});
  EXPECT_EQ(cell(decoded, "t", 0), "1.50");
  EXPECT_EQ(cell(decoded, "t", 1), "true");
  EXPECT_EQ(cell(decoded, "t", 2), R"({"a":[1, 2]})");
  EXPECT_EQ(cell(decoded, "t", 3), "null");
  EXPECT_EQ(schema(), "t: text");
}

TEST_F(JsonDecoderTest, MixedKindsInOneCallBecomeText) {
  auto decoded = decode({R"({"m":1})", R"({"m":"a"})", R"({"m":[1]})"});
  EXPECT_EQ(schema(), "m: text");
  EXPECT_EQ(cell(decoded, "m", 2), "[1]");
}

TEST_F(JsonDecoderTest, AFieldWithoutATypeWaits) {
  EXPECT_FALSE(decode({R"({"a":null,"b":[],"c":{},"d":[[],null]})"}).schema_changed);
  auto decoded = decode({R"({"b":[]})", R"({"b":[true]})"});
  EXPECT_EQ(schema(), "b: list<boolean>");
  EXPECT_EQ(cell(decoded, "b", 0), "[]");
}

TEST_F(JsonDecoderTest, KeysThatLeadToOneColumnLoseNothing) {
  auto decoded = decode(
      {R"({"ID":1,"id":2,"a b":3,"a_b":4})", R"({"id":5,"ID":6})", R"({"ID":7})", R"({"id":8})"});
  EXPECT_EQ(schema(), "ID: int64, a_b: int64, _rescued: text");
  EXPECT_EQ(cell(decoded, "ID", 0), "1");
  EXPECT_EQ(cell(decoded, "a_b", 0), "4");
  EXPECT_EQ(cell(decoded, "_rescued", 0), R"({"id": 2, "a b": 3})");
  EXPECT_EQ(cell(decoded, "ID", 1), "6");
  EXPECT_EQ(cell(decoded, "_rescued", 1), R"({"id": 5})");
  EXPECT_EQ(cell(decoded, "ID", 3), "8");
}

TEST_F(JsonDecoderTest, StepsAroundNamesOfTheTable) {
  auto decoded = decode({R"({"_offset":1,"Year":2,"_rescued":3,"":4,"x=y;":5})"});
  EXPECT_EQ(schema(), "_offset_: int64, Year_: int64, _rescued_: int64, _: int64, x_y_: int64");
  EXPECT_EQ(cell(decoded, "_rescued_"), "3");
  EXPECT_FALSE(decode({R"({"_offset":1,"Year":2,"_rescued":3,"":4})"}).schema_changed);
}

TEST_F(JsonDecoderTest, TheLastOfEqualKeysCounts) {
  auto decoded = decode({R"({"a":{"x":1},"b":1,"a":{"x":2},"b":[],"b":3})"});
  EXPECT_EQ(cell(decoded, "a"), "{2}");
}

TEST_F(JsonDecoderTest, TellsWhyARecordIsUndecodable) {
  auto decoded = decode({R"({"a":1})", "", "[1]", "3", R"({"a":1)", R"({"a":1} {})", R"({"a":tru})",
                         R"({"a":01})", R"({"a":1,})", "{\"a\":\"\xff\"}", R"({"z":[1,2}})",
                         R"({"a":nul})", R"({"q":{"r":[fals]}})", R"({"a":2})"});
  EXPECT_EQ(decoded.records, (std::vector<size_t>{0, 13}));
  EXPECT_EQ(decoded.undecodable.size(), 12U);
  EXPECT_EQ(decoded.undecodable[1].reason, "the record is an array, not a JSON object");
  EXPECT_EQ(schema(), "a: int64");
  EXPECT_EQ(decoded.batch.rows(), 2U);
}

TEST_F(JsonDecoderTest, AnUndecodableRecordLeavesNoTraceInTheColumns) {
  auto decoded =
      decode({R"({"a":"x","l":[{"b":1}]})", R"({"a":"y","l":[{"b":2},{"b":3},{"b":oops}]})",
              R"({"a":"z","l":[{"b":4}]})"});
  EXPECT_EQ(cell(decoded, "l", 1), "[{4}]");
  EXPECT_EQ(cell(decoded, "a", 1), "z");
  EXPECT_EQ(decoded.batch.columns[1].child(0).rows(), 2U);
}

TEST_F(JsonDecoderTest, SurvivesTenMegabytesOfNesting) {
  const std::string deep(10 << 20, '[');
  auto decoded = decode({"{\"a\":" + deep, "{\"a\":" + deep + std::string(10 << 20, ']') + "}"});
  EXPECT_EQ(decoded.undecodable.size(), 2U);
}

TEST_F(JsonDecoderTest, KeepsWhatIsNestedTooDeepAsText) {
  std::string json = R"({"x":[1]})";
  for (int level = 0; level < 40; ++level) json = "{\"n\":" + json + "}";
  auto decoded = decode({json});
  ASSERT_EQ(decoded.records.size(), 1U);
  std::string expected = "text";
  for (int level = 0; level < 31; ++level) expected = "struct<n: " + expected + ">";
  EXPECT_EQ(schema(), "n: " + expected);
}

TEST_F(JsonDecoderTest, TakesAThousandOfTenThousandKeysAsColumns) {
  std::string json = "{";
  for (int key = 0; key < 10'000; ++key) {
    json += (key == 0 ? "\"k" : ",\"k") + std::to_string(key) + "\":" + std::to_string(key);
  }
  auto decoded = decode({json + "}"});
  ASSERT_EQ(decoder_.schema().fields.size(), 1001U);
  EXPECT_EQ(cell(decoded, "k999"), "999");
  EXPECT_TRUE(cell(decoded, "_rescued").starts_with(R"({"k1000": 1000, "k1001": 1001)"));
  EXPECT_TRUE(cell(decoded, "_rescued").ends_with(R"("k9999": 9999})"));
}

TEST_F(JsonDecoderTest, ReadsEscapesAndKeepsHalfSurrogates) {
  auto decoded = decode({R"({"k\u0065y":"a\u00e9\ud83d\ude00\n"})", R"({"key":"cut \ud83d"})"});
  EXPECT_EQ(cell(decoded, "key", 0), "aé😀\n");
  EXPECT_EQ(cell(decoded, "key", 1), "cut \xef\xbf\xbd");
  EXPECT_EQ(cell(decoded, "_rescued", 1), R"({"key": "cut \ud83d"})");
}

TEST(JsonDecoderWithSchema, ReadsTimesIntoTimeColumns) {
  JsonDecoder decoder(Schema{{{"t", TypeKind::timestamp}, {"d", TypeKind::date}}});
  const std::vector<std::string_view> records = {
      R"({"t":"2024-09-01T11:36:01.123456+02:00","d":"1969-12-31"})", R"({"t":"soon","d":5})"};
  auto decoded = decoder.decode(records);
  EXPECT_EQ(decoded.batch.columns[0].int64_at(0), 1'725'183'361'123'456);
  EXPECT_EQ(decoded.batch.columns[1].int64_at(0), -1);
  EXPECT_EQ(decoded.batch.columns[2].text_at(1), R"({"t": "soon", "d": 5})");
}

TEST(JsonDecoderWithSchema, RescuesNewFieldsOfAFrozenTable) {
  JsonDecoder decoder(Schema{{{"a", TypeKind::int64}}},
                      {.new_fields = JsonDecoderOptions::NewFields::are_rescued});
  const std::vector<std::string_view> records = {R"({"a":1,"b":{"c":2},"e":null})"};
  auto decoded = decoder.decode(records);
  EXPECT_EQ(to_text(decoder.schema()), "a: int64, _rescued: text");
  EXPECT_EQ(decoded.batch.columns[1].text_at(0), R"({"b": {"c":2}})");
}

}  // namespace
}  // namespace tarn::columns
