#include "edges/sources/pagination.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::sources {
namespace {

using ::testing::HasSubstr;

struct Pages : ::testing::Test {
  PageOptions options;
  http::Headers headers;
  std::string base = "https://api.example.com/v1/flights?origin=LOND";
  int64_t records = 10;

  Result<NextPage> ask(const std::string& url, std::string_view body) {
    auto paginator = Paginator::create(options, *http::Url::parse(base));
    if (!paginator) return paginator.error();
    const auto root = json::parse(body);
    return paginator->next(
        {*http::Url::parse(url), &headers, root ? std::optional(*root) : std::nullopt, records});
  }
  // The URL of the page after the first; "end", or the complaint.
  std::string next(std::string_view body) { return next_after(base, body); }
  std::string next_after(const std::string& url, std::string_view body) {
    const auto page = ask(url, body);
    if (!page) return page.error().message();
    return page->url ? page->url->target() : "end";
  }
};

TEST_F(Pages, ALinkHeaderComesFirst) {
  headers.add("Link", R"(<https://api.example.com/v1/flights?p=1>; rel="prev", )"
                      R"(</v1/flights?p=3>; title="a, b"; rel="last next")");
  EXPECT_EQ(next(R"({"next":"/other"})"), "/v1/flights?p=3");
}

TEST_F(Pages, ANextUrlIsFoundUnderManyNames) {
  for (const char* body :
       {R"({"next":"https://api.example.com/x?p=2"})", R"({"next_url":"/x?p=2"})",
        R"({"links":{"next":"/x?p=2"}})", R"({"_links":{"next":{"href":"/x?p=2"}}})",
        R"({"paging":{"next":"/x?p=2"}})", R"({"info":{"next":"/x?p=2","pages":9,"page":1}})",
        R"({"@odata.nextLink":"/x?p=2"})", R"({"meta":{"nextPageUrl":"/x?p=2"}})"}) {
    EXPECT_EQ(next(body), "/x?p=2") << body;
  }
}

TEST_F(Pages, ANextThatIsNullIsTheEnd) {
  EXPECT_EQ(next(R"({"next":null,"page":1,"pages":5})"), "end");
  EXPECT_EQ(next(R"({"meta":{"next_cursor":null},"page":1,"pages":5})"), "end");
  EXPECT_EQ(next(R"({"next_cursor":""})"), "end");
  EXPECT_EQ(next(R"({"next_cursor":"x","has_more":false})"), "end");
}

TEST_F(Pages, ATokenBecomesItsParameter) {
  EXPECT_EQ(next(R"({"next_cursor":"a b="})"), "/v1/flights?origin=LOND&cursor=a%20b%3D");
  EXPECT_EQ(next(R"({"nextPageToken":"t"})"), "/v1/flights?origin=LOND&pageToken=t");
  EXPECT_EQ(next(R"({"response_metadata":{"next_cursor":"t"}})"),
            "/v1/flights?origin=LOND&cursor=t");
  EXPECT_EQ(next_after(base + "&cursor=t", R"({"next_cursor":"u"})"),
            "/v1/flights?origin=LOND&cursor=u");
}

TEST_F(Pages, PageNumbersCountUpToTheLast) {
  EXPECT_EQ(next(R"({"page":1,"pages":3})"), "/v1/flights?origin=LOND&page=2");
  EXPECT_EQ(next(R"({"meta":{"current_page":2,"last_page":3}})"), "/v1/flights?origin=LOND&page=3");
  EXPECT_EQ(next(R"({"page":3,"pages":3})"), "end");
  records = 0;
  EXPECT_EQ(next(R"({"page":1,"pages":3})"), "end");
}

TEST_F(Pages, OffsetsCountUpToTheTotal) {
  EXPECT_EQ(next(R"({"offset":20,"limit":10,"total":31})"), "/v1/flights?origin=LOND&offset=30");
  EXPECT_EQ(next(R"({"offset":20,"limit":10,"total":30})"), "end");
}

TEST_F(Pages, WithoutASignThereIsOnePage) {
  EXPECT_EQ(next(R"({"data":[],"page":"one"})"), "end");
  EXPECT_EQ(next("[1,2]"), "end");
  EXPECT_EQ(ask(base, "[1]")->how, "");
}

TEST_F(Pages, AnotherHostIsRefused) {
  EXPECT_THAT(next(R"({"next":"https://evil.example/?p=2"})"), HasSubstr("on another host"));
  EXPECT_THAT(next(R"({"next":"//evil.example/?p=2"})"), HasSubstr("on another host"));
  EXPECT_THAT(next(R"({"next":"https://api.example.com:8443/?p=2"})"), HasSubstr("another host"));
}

TEST_F(Pages, HttpOnTheSameHostMeansHttps) {
  const auto page = ask(base, R"({"next":"http://api.example.com/x"})");
  EXPECT_EQ(page->url->to_string(), "https://api.example.com/x");
}

TEST_F(Pages, SpelledOutPageNumbersBeginWhereTheyAreTold) {
  options = {
      .style = PageStyle::page, .parameter = "p", .size_parameter = "n", .size = 10, .first = 0};
  EXPECT_EQ(Paginator::create(options, *http::Url::parse(base))->first().target(),
            "/v1/flights?origin=LOND&p=0&n=10");
  EXPECT_EQ(next_after(base + "&p=0", "[]"), "/v1/flights?origin=LOND&p=1");
}

TEST_F(Pages, SpelledOutOffsetsEndWithAShortPage) {
  options = {.style = PageStyle::offset, .parameter = "skip", .size = 10};
  EXPECT_EQ(next_after(base + "&skip=30", "[]"), "/v1/flights?origin=LOND&skip=40");
  records = 9;
  EXPECT_EQ(next_after(base + "&skip=30", "[]"), "end");
}

TEST_F(Pages, SpelledOutPlacesAreFollowed) {
  options = {.style = PageStyle::cursor, .at = "/a/b", .parameter = "c"};
  EXPECT_EQ(next(R"({"a":{"b":7}})"), "/v1/flights?origin=LOND&c=7");
  EXPECT_EQ(next(R"({"a":{}})"), "end");
  options = {.style = PageStyle::next_url, .at = "/a/b"};
  EXPECT_EQ(next(R"({"a":{"b":"?x=1"}})"), "/v1/flights?x=1");
  options = {.style = PageStyle::none};
  EXPECT_EQ(next(R"({"next":"/x"})"), "end");
}

}  // namespace
}  // namespace tarn::sources
