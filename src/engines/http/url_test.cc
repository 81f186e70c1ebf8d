#include "engines/http/url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engines/http/date.h"
#include "engines/http/errors.h"
#include "engines/http/response_head.h"
#include "engines/http/router.h"

namespace tarn::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string normal(std::string_view text) {
  const auto url = Url::parse(text);
  return url ? url->to_string() : "refused";
}
std::string resolved(std::string_view reference) {
  const auto url = Url::parse("http://a/b/c/d?q")->resolve(reference);
  return url ? url->to_string() : "refused";
}

TEST(Url, IsReadIntoItsParts) {
  EXPECT_EQ(normal("HTTP://Example.COM:80"), "http://example.com/");
  EXPECT_EQ(normal("https://example.com:8443/a?b=c#d"), "https://example.com:8443/a?b=c");
  EXPECT_EQ(normal("http://[::1]:8080/x"), "http://[::1]:8080/x");
  EXPECT_EQ(normal("http://h?x=1"), "http://h/?x=1");
}

TEST(Url, WhatCannotBeCalledIsRefused) {
  for (const char* text :
       {"", "example.com", "ftp://x/", "http://", "http:///x", "http://a b/",
        "http://user:password@x/", "http://x:0/", "http://x:99999/", "http://x:y/", "http://[::1/",
        "http://[1.2.3.4]/", "http://x/\r\nHost: y", "http://a[b/"}) {
    EXPECT_EQ(normal(text), "refused") << text;
  }
}

TEST(Url, AComplaintDoesNotRepeatTheQuery) {
  EXPECT_THAT(Url::parse("htp://x/?key=secret").error().message(), Not(HasSubstr("secret")));
  EXPECT_THAT(Url::parse("http://x/?key=secret")->to_display(), Not(HasSubstr("secret")));
}

// RFC 3986, section 5.4, as far as http has a use for them.
TEST(Url, ResolvesTheStandardsExamples) {
  EXPECT_EQ(resolved("g"), "http://a/b/c/g");
  EXPECT_EQ(resolved("./g"), "http://a/b/c/g");
  EXPECT_EQ(resolved("g/"), "http://a/b/c/g/");
  EXPECT_EQ(resolved("/g"), "http://a/g");
  EXPECT_EQ(resolved("//g"), "http://g/");
  EXPECT_EQ(resolved("?y"), "http://a/b/c/d?y");
  EXPECT_EQ(resolved("g?y"), "http://a/b/c/g?y");
  EXPECT_EQ(resolved("#s"), "http://a/b/c/d?q");
  EXPECT_EQ(resolved(""), "http://a/b/c/d?q");
  EXPECT_EQ(resolved("."), "http://a/b/c/");
  EXPECT_EQ(resolved(".."), "http://a/b/");
  EXPECT_EQ(resolved("../../../g"), "http://a/g");
  EXPECT_EQ(resolved("/./g/../h"), "http://a/h");
  EXPECT_EQ(resolved("https://x/y"), "https://x/y");
  EXPECT_EQ(resolved("javascript:alert(1)"), "refused");
}

TEST(Url, ParametersAreReplacedOrAdded) {
  auto url = *Url::parse("http://x/?a=1&b=2&a=3");
  url.set_parameter("a", "& ");
  EXPECT_EQ(url.query, "a=%26%20&b=2");
  url.set_parameter("c", "");
  EXPECT_EQ(url.query, "a=%26%20&b=2&c=");
}

TEST(Url, QueriesAreDecoded) {
  const auto query = *parse_query("a=1&&b=x+y%2B&c&%C3%A9==");
  ASSERT_EQ(query.size(), 4U);
  EXPECT_EQ(query[1].second, "x y+");
  EXPECT_EQ(query[2].second, "");
  EXPECT_EQ(query[3], (std::pair<std::string, std::string>("\xc3\xa9", "=")));
  EXPECT_FALSE(parse_query("a=%"));
  EXPECT_FALSE(parse_query("a=%4"));
  EXPECT_FALSE(parse_query("a=%g0"));
}

TEST(HttpDate, IsWrittenAndRead) {
  const Timestamp at = *parse_iso8601("1994-11-06T08:49:37Z");
  EXPECT_EQ(format_date(at), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(parse_date("Sun, 06 Nov 1994 08:49:37 GMT"), at);
  EXPECT_EQ(parse_date("Sunday, 06-Nov-94 08:49:37 GMT"), at);
  EXPECT_EQ(parse_date("Sun Nov  6 08:49:37 1994"), at);
  for (const char* text :
       {"", "120", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT",
        "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 PST",
        "Sun, 06 Nov 64473 08:49:37 GMT", "Sun, 006 Nov 1994 08:49:37 GMT"}) {
    EXPECT_EQ(parse_date(text), std::nullopt) << text;
  }
}

TEST(RetryAfter, IsNeverNegativeNorEndless) {
  const Timestamp now = *parse_iso8601("1994-11-06T08:49:37Z");
  EXPECT_EQ(parse_retry_after(" 7 ", now), Millis(7'000));
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:38 GMT", now), Millis(1'000));
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1993 08:49:38 GMT", now), Millis(0));
  EXPECT_EQ(parse_retry_after("99999999999999999999999", now),
            Millis(std::chrono::hours(366 * 24)));
  EXPECT_EQ(parse_retry_after("-1", now), std::nullopt);
  EXPECT_EQ(parse_retry_after("", now), std::nullopt);
}

TEST(ResponseHead, AValueCannotBeginANewField) {
  const Response response{200, {{"X", "a\r\nSet-Cookie: b"}}, std::string("x")};
  const std::string head = response_head(response, from_unix_millis(0), KeepAlive::yes);
  EXPECT_THAT(head, HasSubstr("X: a  Set-Cookie: b\r\n"));
  EXPECT_THAT(head, HasSubstr("Content-Length: 1\r\n"));
}

TEST(Problem, HidesWhatIsForTheLog) {
  EXPECT_THAT(view_of(problem(Error(ErrorCode::internal, "at /x")).body), Not(HasSubstr("/x")));
  EXPECT_EQ(view_of(problem(Error(ErrorCode::not_found, "no \"x\"")).body),
            "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,"
            "\"detail\":\"no \\\"x\\\"\"}\n");
}

TEST(Router, ALiteralWinsOverAParameter) {
  Router router;
  for (const char* pattern : {"/a/{x}", "/a/b", "/a/{x}/c", "/"}) {
    router.add(Method::get, pattern,
               [](Request) -> runtime::Task<Response> { co_return Response(); });
  }
  const auto pattern_of = [&](std::string_view path) {
    const auto match = router.match(Method::get, path);
    return match.route ? match.route->pattern : "none";
  };
  EXPECT_EQ(pattern_of("/a/b"), "/a/b");
  EXPECT_EQ(pattern_of("/a/c"), "/a/{x}");
  EXPECT_EQ(pattern_of("/a/b/c"), "/a/{x}/c");
  EXPECT_EQ(pattern_of("/"), "/");
  EXPECT_EQ(pattern_of("/a/"), "none");
  EXPECT_EQ(pattern_of("/a"), "none");
  EXPECT_EQ(pattern_of("/a/%zz"), "none");
}

}  // namespace
}  // namespace tarn::http
