#include "formats/pipeline/test_case.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::pipeline {
namespace {

TEST(TestCase, ReadsAQuotaTest) {
  auto test = parse_test_case(
      "name: a quota message is not a record\n"
      "now: 2024-09-01T11:36:01Z\n"
      "http:\n"
      "  flights: [{status: 200, body_file: page1.json}, {status: 429, body: '{}'}]\n"
      "expect:\n"
      "  topic: {flight-kafka-topic: {count: 12}}\n"
      "  table: {flights: {rows_file: expected.csv}}\n"
      "  objects: [\"flights/year=2024/*.parquet\"]\n"
      "  source: {flights: {status: waiting, reason: quota}}\n");
  ASSERT_TRUE(test);
  EXPECT_EQ(to_iso8601(*test->now), "2024-09-01T11:36:01Z");
  EXPECT_EQ(test->http.at("flights").at(1).status, 429);
  EXPECT_EQ(test->expect.topic.at("flight-kafka-topic").count, 12);
  EXPECT_EQ(test->expect.source.at("flights").reason, "quota");
}

TEST(TestCase, ReportsItsMistakes) {
  auto test = parse_test_case("nmae: x\nexpect: {source: {a: {status: sleeping}}}\n");
  ASSERT_FALSE(test);
  ASSERT_EQ(test.error().size(), 2U);
  EXPECT_THAT(test.error()[0].message, testing::HasSubstr("did you mean 'name'?"));
}

}  // namespace
}  // namespace tarn::pipeline
