#include "edges/emulator/emulator.h"

#include <fstream>

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edges/emulator/line_index.h"
#include "engines/http/client.h"
#include "platform/os/testing/temporary_directory.h"
#include "platform/runtime/testing/run.h"

namespace tarn::emulator {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Api : ::testing::Test {
  boost::asio::io_context io{1};
  os::SystemClock clock;
  os::PosixFileSystem files;
  os::testing::TemporaryDirectory directory;
  EmulatorOptions options{.page_records = 2, .key = "k"};
  http::Client client{clock, {}};
  std::unique_ptr<Emulator> emulator;
  http::ClientResponse answer;

  void write(std::string_view text) {
    options.file = directory / "records.jsonl";
    std::ofstream(options.file) << text;
  }
  void start() {
    write("{\"id\":1}\n{\"id\":2}\r\n\n{\"id\":3}");
    emulator =
        *Emulator::open(io.get_executor(), files, clock, telemetry::Logger::silent(), options);
    ASSERT_TRUE(emulator->start());
  }
  // Status and body of a call.
  std::string get(const std::string& query, const std::string& key = "k") {
    if (!emulator) start();
    http::ClientRequest request{.url = emulator->url() + query,
                                .headers = {{"x-rapidapi-key", key}}};
    auto response = runtime::testing::run(io, client.fetch(request));
    if (!response) return response.error().message();
    answer = *std::move(response);
    return std::to_string(answer.status) + " " + answer.body;
  }
  void TearDown() override {
    if (!emulator) return;
    runtime::testing::run(io, [](Emulator& e) -> runtime::Awaitable<bool> {
      co_await e.stop();
      co_return true;
    }(*emulator));
  }
};

TEST_F(Api, ServesPages) {
  EXPECT_EQ(get(""),
            "200 {\"data\":{\"itineraries\":[{\"id\":1},{\"id\":2}]},"
            "\"page\":1,\"pages\":2,\"total\":3}\n");
  EXPECT_EQ(get("?page=2"),
            "200 {\"data\":{\"itineraries\":[{\"id\":3}]},"
            "\"page\":2,\"pages\":2,\"total\":3}\n");
  EXPECT_THAT(get("?page=3"), StartsWith("200 {\"data\":{\"itineraries\":[]}"));
}

TEST_F(Api, WantsItsKey) {
  EXPECT_THAT(get("", "wrong"), StartsWith("401 {\"message\":"));
  EXPECT_EQ(emulator->calls(), 0);
}

TEST_F(Api, RefusesPagesThatCannotBe) {
  for (const char* query : {"?page=0", "?page=-1", "?page=x", "?page=99999999999999"}) {
    EXPECT_THAT(get(query), StartsWith("400 ")) << query;
  }
}

TEST_F(Api, AnswersTheQuotaMessageWhenItsCallsAreUsedUp) {
  options.quota = Quota{1, QuotaPeriod::month};
  EXPECT_THAT(get(""), StartsWith("200 "));
  EXPECT_THAT(get(""), StartsWith("429 {\"message\":\"You have exceeded the MONTHLY quota for "
                                  "Requests on your current plan"));
}

TEST_F(Api, AnswersTheQuotaMessageAsSomeGatewaysDo) {
  options.quota = Quota{1, QuotaPeriod::day};
  options.quota_status = 200;
  get("");
  EXPECT_THAT(get(""), StartsWith("200 {\"message\":\"You have exceeded the DAILY quota"));
}

TEST_F(Api, SpeaksTheOtherStyles) {
  options.style = Style::cursor;
  EXPECT_THAT(get(""), HasSubstr("\"next_cursor\":\"2\""));
  EXPECT_THAT(get("?cursor=2"), HasSubstr("[{\"id\":3}]},\"next_cursor\":null"));
}

TEST_F(Api, LinksToTheNextPage) {
  options.style = Style::link;
  get("");
  EXPECT_EQ(answer.headers.find("Link"), "<" + emulator->url() + "?page=2>; rel=\"next\"");
  get("?page=2");
  EXPECT_FALSE(answer.headers.contains("Link"));
}

TEST_F(Api, LimitsWhatAnOffsetMayAskFor) {
  options.style = Style::offset;
  EXPECT_THAT(get("?offset=1&limit=1"),
              HasSubstr("[{\"id\":2}]},\"offset\":1,\"limit\":1,\"total\":3"));
  EXPECT_THAT(get("?offset=0&limit=50"), HasSubstr("\"limit\":2"));
  EXPECT_THAT(get("?limit=0"), StartsWith("400 "));
}

TEST_F(Api, ALineThatIsNoObjectIsNamed) {
  write("{\"id\":1}\n[2]\n");
  const auto opened = LineIndex::open(files, options.file);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message(), HasSubstr("record 2 is not a JSON object"));
}

TEST_F(Api, FindsLinesFarIntoTheFile) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "{\"n\":" + std::to_string(i) + "}\n";
  write(text);
  const auto lines = LineIndex::open(files, options.file);
  EXPECT_EQ(lines->size(), 20'000);
  for (int64_t first : {0, 63, 64, 65, 12'345, 19'998}) {
    const auto read = lines->read(first, 2);
    ASSERT_EQ(read->size(), 2U);
    EXPECT_EQ(read->front(), "{\"n\":" + std::to_string(first) + "}");
  }
  EXPECT_EQ(lines->read(19'999, 100)->size(), 1U);
  EXPECT_EQ(lines->read(20'000, 100)->size(), 0U);
}

TEST(EmulatorNames, AreReadAndOthersRefused) {
  EXPECT_EQ(parse_style("cursor"), Style::cursor);
  EXPECT_EQ(parse_fault("redirect-loop"), Fault::redirect_loop);
  EXPECT_THAT(parse_style("pages").error().message(),
              HasSubstr("page, cursor, offset, link, next"));
  EXPECT_FALSE(parse_fault("fire"));
}

}  // namespace
}  // namespace tarn::emulator
