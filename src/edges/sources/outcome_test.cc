#include "edges/sources/outcome.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edges/sources/page_batches.h"

namespace tarn::sources {
namespace {

using ::testing::HasSubstr;

struct Answers : ::testing::Test {
  http::ClientResponse answer;
  std::optional<std::string> pointer;

  Outcome judged(int status, std::string body, std::string type = "application/json",
                 http::Headers headers = {}) {
    answer = {status, std::move(headers), std::move(body), ""};
    if (!type.empty()) answer.headers.add("Content-Type", std::move(type));
    const auto parsed = pointer ? std::optional(*json::Pointer::parse(*pointer)) : std::nullopt;
    return judge(answer, parsed, *parse_iso8601("2024-09-01T12:00:00Z"));
  }
  // What a person is told.
  static std::string told(const Outcome& outcome) {
    return describe(outcome, Redactor({"s3cr3t"}));
  }
  int64_t records(std::string body) {
    const auto outcome = judged(200, std::move(body));
    return outcome.verdict == Verdict::records ? count_records(outcome.records) : -1;
  }
  Verdict verdict(int status, std::string body, std::string type = "application/json") {
    return judged(status, std::move(body), std::move(type)).verdict;
  }
};

TEST_F(Answers, WithoutAPointerTheBodyIsLookedAt) {
  EXPECT_EQ(records(R"([{"a":1},{"a":2}])"), 2);
  EXPECT_EQ(records(R"({"a":1})"), 1);
  EXPECT_EQ(records("[]"), 0);
  EXPECT_EQ(records("null"), 0);
  EXPECT_EQ(records("12"), -1);
}

TEST_F(Answers, AnEmptyPointerIsTheBodyAsOneRecord) {
  pointer = "";
  EXPECT_EQ(records("[1,2]"), 1);
  EXPECT_EQ(records("12"), 1);
}

TEST_F(Answers, APointerLeadsToTheRecords) {
  pointer = "/data/items";
  EXPECT_EQ(records(R"({"data":{"items":[1,2,3]}})"), 3);
  EXPECT_EQ(records(R"({"data":{"items":{"a":1}}})"), 1);
  EXPECT_EQ(records(R"({"data":{"items":null}})"), 0);
  EXPECT_EQ(records(R"({"data":{"items":"x"}})"), -1);
  EXPECT_THAT(told(judged(200, R"({"data":{}})")), HasSubstr("there is nothing at /data/items: {"));
}

TEST_F(Answers, AQuotaMessageIsNoRecordWhateverItsStatus) {
  const std::string message =
      R"({"message":"You have exceeded the MONTHLY quota for Requests on your current plan"})";
  for (const char* where : {"", "/data", "none"}) {
    pointer = where;
    if (pointer == "none") pointer = std::nullopt;
    for (int status : {200, 402, 403, 429}) {
      EXPECT_EQ(verdict(status, message), Verdict::quota) << where << " " << status;
    }
  }
  EXPECT_EQ(verdict(200, "API rate limit exceeded", "text/plain"), Verdict::quota);
}

TEST_F(Answers, AnErrorObjectIsNoRecord) {
  EXPECT_EQ(verdict(200, R"({"message":"Endpoint request timed out"})"), Verdict::failing);
  EXPECT_EQ(verdict(200, R"({"error":{"code":7,"text":"no"},"status":500})"), Verdict::failing);
  EXPECT_EQ(verdict(200, R"({"errors":[{"a":1}]})"), Verdict::failing);
}

TEST_F(Answers, DataThatSpeaksLikeAnErrorIsData) {
  EXPECT_EQ(records(R"({"message":"https://x/dog.jpg","status":"success"})"), 1);
  EXPECT_EQ(records(R"({"id":7,"message":"quota"})"), 1);
  EXPECT_EQ(records(R"([{"message":"quota exceeded"}])"), 1);
  EXPECT_EQ(records(R"({"error":null,"code":0})"), 1);
}

TEST_F(Answers, WhatIsNotJsonFails) {
  EXPECT_THAT(told(judged(200, "<html>\n</html>", "text/html; charset=utf-8")),
              "the answer is not JSON but text/html; charset=utf-8: <html>\\x0a</html>");
  EXPECT_EQ(verdict(200, R"({"data":[)"), Verdict::failing);
  EXPECT_EQ(verdict(200, "[]", "text/html"), Verdict::failing);
  EXPECT_EQ(verdict(200, "[]", "application/xml"), Verdict::failing);
  EXPECT_EQ(verdict(200, "[]", ""), Verdict::records);
  EXPECT_EQ(verdict(200, "[]", "application/vnd.api+json"), Verdict::records);
}

TEST_F(Answers, WhatMayPassIsTriedAgain) {
  for (int status : {408, 425, 429, 500, 502, 503, 504}) {
    EXPECT_EQ(verdict(status, "{}"), Verdict::retry) << status;
  }
  for (int status : {301, 400, 401, 403, 404, 410, 422, 501, 505}) {
    EXPECT_EQ(verdict(status, "{}"), Verdict::failing) << status;
  }
  EXPECT_EQ(verdict(204, ""), Verdict::records);
  EXPECT_EQ(verdict(304, ""), Verdict::not_modified);
}

TEST_F(Answers, RetryAfterIsReadAsSecondsOrADate) {
  EXPECT_EQ(judged(503, "", "", {{"Retry-After", "120"}}).retry_after, Millis(120'000));
  EXPECT_EQ(judged(429, "", "", {{"Retry-After", "Sun, 01 Sep 2024 12:00:07 GMT"}}).retry_after,
            Millis(7'000));
  EXPECT_EQ(judged(503, "", "", {{"Retry-After", "Sun, 01 Sep 2024 11:00:00 GMT"}}).retry_after,
            Millis(0));
  EXPECT_EQ(judged(503, "", "", {{"Retry-After", "soon"}}).retry_after, std::nullopt);
}

TEST_F(Answers, AnExcerptIsShortAndHarmless) {
  const auto reason = told(judged(500, std::string(10'000, 'x') + "\x1b[31m"));
  EXPECT_LT(reason.size(), 300U);
  EXPECT_THAT(told(judged(500, "a\r\nb\x1b[31m\xff")),
              HasSubstr("a\\x0d\\x0ab\\x1b[31m\xef\xbf\xbd"));
}

TEST_F(Answers, ASecretIsNotShownInHalves) {
  const auto reason = told(judged(500, std::string(197, 'x') + "s3cr3t and more"));
  EXPECT_THAT(reason, ::testing::Not(HasSubstr("xs3")));
  EXPECT_THAT(reason, HasSubstr("x***…"));
}

TEST_F(Answers, NetworkErrorsMayPassAndOthersDoNot) {
  EXPECT_EQ(judge(Error(ErrorCode::unavailable, "x")).verdict, Verdict::retry);
  EXPECT_EQ(judge(Error(ErrorCode::timed_out, "x")).verdict, Verdict::retry);
  EXPECT_EQ(judge(Error(ErrorCode::resource_exhausted, "x")).verdict, Verdict::failing);
  EXPECT_EQ(judge(Error(ErrorCode::failed_precondition, "x")).verdict, Verdict::failing);
}

}  // namespace
}  // namespace tarn::sources
