#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/json/pointer.h"
#include "formats/json/value.h"

namespace tarn::json {
namespace {

std::string complaint(std::string_view text, size_t depth_max = 64) {
  const auto parsed = parse(text, depth_max);
  return parsed ? "none" : parsed.error().message();
}

std::string at(std::string_view document, std::string_view pointer) {
  const auto root = parse(document);
  if (!root) return root.error().message();
  const auto found = Pointer::parse(pointer)->find(*root);
  return found ? std::string(found->raw()) : "nothing";
}

TEST(Json, AcceptsWhatTheStandardAllows) {
  for (const char* text : {"0", "-0.5e+10", "\"\"", "[]", "{}", " [ 1 , {\"a\" : null} ] \n",
                           "\xef\xbb\xbf{}", R"(["\ud83d\ude00","é","\/"])", "[[],{},[[]]]"}) {
    EXPECT_EQ(complaint(text), "none") << text;
  }
}

TEST(Json, RefusesWhatItDoesNot) {
  for (const char* text : {"",
                           " ",
                           "01",
                           "-",
                           "1.",
                           "1e",
                           ".5",
                           "+1",
                           "[1,]",
                           "[1 2]",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{a:1}",
                           "{\"a\":1,}",
                           "\"\n\"",
                           R"("\x")",
                           R"("\u12g4")",
                           "tru",
                           "nul",
                           "[}",
                           "{]",
                           "1 1",
                           "\"\xff\"",
                           "\"\xc0\x80\"",
                           "\"\xed\xa0\x80\"",
                           "NaN",
                           "'a'",
                           "[1",
                           "{\"a\":1",
                           "\"a",
                           "[",
                           "]"}) {
    EXPECT_NE(complaint(text), "none") << text;
  }
}

TEST(Json, SaysWhereATruncatedTextEnds) {
  EXPECT_EQ(complaint(R"({"data":{"itineraries":[{"id":)"),
            "not JSON at byte 30: it ends in its middle");
}

TEST(Json, TenMegabytesOfNestingAreRefusedEarly) {
  EXPECT_EQ(complaint(std::string(10 << 20, '[')), "not JSON at byte 64: it is nested too deeply");
  EXPECT_EQ(complaint(std::string(64, '[') + std::string(64, ']')), "none");
}

TEST(Json, ASliceKeepsDigitsOrderAndSpelling) {
  const char* document = R"({"rows":[{"z":12345678901234567890123,"a":1.10,"é":"\u00e9"}]})";
  EXPECT_EQ(at(document, "/rows/0"), R"({"z":12345678901234567890123,"a":1.10,"é":"\u00e9"})");
}

TEST(Json, CompactDropsSpaceBetweenTokensOnly) {
  EXPECT_EQ(parse(" { \"a b\" :\n[ 1 , \" \\\" \" ] } ")->compact(), R"({"a b":[1," \" "]})");
}

TEST(Json, PointersFollowTheStandardsExamples) {
  const char* document = R"({"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"m~n":8,"k\"l":6," ":7})";
  EXPECT_EQ(at(document, "/foo"), R"(["bar","baz"])");
  EXPECT_EQ(at(document, "/foo/0"), "\"bar\"");
  EXPECT_EQ(at(document, "/"), "0");
  EXPECT_EQ(at(document, "/a~1b"), "1");
  EXPECT_EQ(at(document, "/c%d"), "2");
  EXPECT_EQ(at(document, "/m~0n"), "8");
  EXPECT_EQ(at(document, "/k\"l"), "6");
  EXPECT_EQ(at(document, "/ "), "7");
}

TEST(Json, PointersFindNothingWhereThereIsNothing) {
  for (const char* pointer : {"/foo/2", "/foo/-", "/foo/01", "/foo/0/x", "/bar", "/foo/x"}) {
    EXPECT_EQ(at(R"({"foo":["bar","baz"]})", pointer), "nothing") << pointer;
  }
  EXPECT_FALSE(Pointer::parse("a/b"));
  EXPECT_FALSE(Pointer::parse("/a~2"));
}

TEST(Json, OfTwoMembersOfOneNameTheLastCounts) {
  EXPECT_EQ(at(R"({"a":1,"\u0061":2})", "/a"), "2");
}

TEST(Json, TextDecodesEscapes) {
  EXPECT_EQ(parse(R"("a\n\"\u00e9\ud83d\ude00\ud83d")")->text(),
            "a\n\"\xc3\xa9\xf0\x9f\x98\x80\xef\xbf\xbd");
  EXPECT_EQ(parse("12")->text(), "12");
}

TEST(Json, IntegersThatFit) {
  EXPECT_EQ(parse("-12")->integer(), -12);
  EXPECT_EQ(parse("9223372036854775808")->integer(), std::nullopt);
  EXPECT_EQ(parse("1.0")->integer(), std::nullopt);
  EXPECT_EQ(parse("\"1\"")->integer(), std::nullopt);
}

TEST(Json, QuotedIsReadBackAsItWas) {
  for (std::string text : {"", "a\"b\\c\n\r\t\x01", "é😀"}) {
    EXPECT_EQ(parse(quote(text))->text(), text);
  }
  EXPECT_EQ(quote("\xff"), "\"\xef\xbf\xbd\"");
}

}  // namespace
}  // namespace tarn::json
