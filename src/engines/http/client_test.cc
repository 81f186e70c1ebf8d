#include "engines/http/client.h"

#include <fstream>

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engines/http/testing/scripted_server.h"
#include "platform/os/testing/temporary_directory.h"
#include "platform/runtime/testing/run.h"

namespace tarn::http {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

std::string ok(std::string_view body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}
std::string moved(std::string_view to, int status = 302) {
  return "HTTP/1.1 " + std::to_string(status) + " Found\r\nLocation: " + std::string(to) +
         "\r\nContent-Length: 0\r\n\r\n";
}

struct HttpClient : ::testing::Test {
  boost::asio::io_context io{1};
  os::SystemClock clock;
  os::testing::TemporaryDirectory directory;
  ClientOptions options{.connect_timeout = 2s, .idle_timeout = 100ms};
  std::unique_ptr<Client> client;
  std::unique_ptr<testing::ScriptedServer> server;
  ClientRequest request;

  void answer(std::vector<std::string> answers,
              std::optional<testing::Certificate> certificate = {}) {
    stop();
    const std::string scheme = certificate ? "https" : "http";
    server = std::make_unique<testing::ScriptedServer>(io.get_executor(), std::move(answers),
                                                       std::move(certificate));
    request.url = scheme + "://localhost:" + std::to_string(server->port()) + "/x?key=secret";
  }
  Result<ClientResponse> fetch() {
    if (!client) client = std::make_unique<Client>(clock, options);
    return runtime::testing::run(io, client->fetch(request));
  }
  std::string complaint() {
    const auto response = fetch();
    return response ? "none" : response.error().message();
  }
  void stop() {
    if (server) runtime::testing::run(io, server->stop());
    server.reset();
  }
  void TearDown() override { stop(); }
};

TEST_F(HttpClient, FetchesABody) {
  answer({ok("hello")});
  const auto response = fetch();
  ASSERT_TRUE(response) << response.error().message();
  EXPECT_EQ(response->body, "hello");
  EXPECT_THAT(server->requests()[0],
              ::testing::StartsWith("GET /x?key=secret HTTP/1.1\r\nHost: localhost:"));
}

TEST_F(HttpClient, SendsHeadersAndBody) {
  answer({ok("")});
  request.method = Method::post;
  request.headers = {{"X-A", "b"}, {"Content-Type", "application/json"}};
  request.body = "{}";
  ASSERT_TRUE(fetch());
  EXPECT_THAT(server->requests()[0], HasSubstr("Content-Length: 2\r\nX-A: b\r\n"));
  EXPECT_TRUE(server->requests()[0].ends_with("\r\n\r\n{}"));
}

TEST_F(HttpClient, ReadsChunksAndBodiesUntilTheEnd) {
  answer({"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
          "HTTP/1.1 200 OK\r\n\r\nuntil the end"});
  EXPECT_EQ(fetch()->body, "abc");
  EXPECT_EQ(fetch()->body, "until the end");
}

TEST_F(HttpClient, PassesOverInterimAnswers) {
  answer({"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + ok("x")});
  EXPECT_EQ(fetch()->body, "x");
}

TEST_F(HttpClient, KeepsAConnectionForTheNextRequest) {
  answer({ok("1") + "[stay]", ok("2") + "[stay]"});
  EXPECT_EQ(fetch()->body, "1");
  EXPECT_EQ(fetch()->body, "2");
  EXPECT_EQ(server->connections(), 1);
}

TEST_F(HttpClient, AKeptConnectionThatWasClosedIsReplaced) {
  answer({ok("1"), ok("2")});
  EXPECT_EQ(fetch()->body, "1");
  EXPECT_EQ(client->idle_connections(), 1U);
  EXPECT_EQ(fetch()->body, "2");
  EXPECT_EQ(server->connections(), 2);
}

TEST_F(HttpClient, FollowsARedirect) {
  answer({moved("/y?z=1"), ok("there")});
  const auto response = fetch();
  EXPECT_EQ(response->body, "there");
  EXPECT_THAT(response->url, ::testing::EndsWith("/y?z=1"));
}

TEST_F(HttpClient, APostBecomesAGetExceptWhenItMustNot) {
  answer({moved("/y", 303), ok(""), moved("/y", 307), ok("")});
  request.method = Method::post;
  request.body = "b";
  ASSERT_TRUE(fetch());
  ASSERT_TRUE(fetch());
  EXPECT_THAT(server->requests()[1], ::testing::StartsWith("GET /y "));
  EXPECT_THAT(server->requests()[3], ::testing::StartsWith("POST /y "));
}

TEST_F(HttpClient, AnotherOriginGetsNoHeadersOfTheCaller) {
  testing::ScriptedServer other(io.get_executor(), {ok("other")});
  answer({moved("http://localhost:" + std::to_string(other.port()) + "/")});
  request.headers = {{"X-RapidAPI-Key", "secret"}, {"Cookie", "secret"}, {"Accept", "a/b"}};
  EXPECT_EQ(fetch()->body, "other");
  EXPECT_THAT(other.requests()[0], Not(HasSubstr("secret")));
  EXPECT_THAT(other.requests()[0], HasSubstr("Accept: a/b"));
  runtime::testing::run(io, other.stop());
}

TEST_F(HttpClient, RedirectsWithoutEndHaveTheirSentence) {
  answer({moved("/y"), moved("/x?key=secret")});
  EXPECT_THAT(complaint(), HasSubstr("redirected in a circle, back to"));
  answer({moved("/1"), moved("/2"), moved("/3")});
  request.redirects_max = 2;
  EXPECT_THAT(complaint(), HasSubstr("redirected more than 2 times"));
}

TEST_F(HttpClient, ComplaintsDoNotShowTheQuery) {
  for (const char* bytes :
       {"", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab", "SSH-2.0-x\r\n\r\n"}) {
    answer({bytes});
    EXPECT_THAT(complaint(), HasSubstr("calling http://localhost:"));
    EXPECT_THAT(complaint(), Not(HasSubstr("secret")));
  }
}

TEST_F(HttpClient, ATruncatedBodyIsAnError) {
  answer({"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"});
  for (int i = 0; i < 2; ++i) {
    const auto response = fetch();
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code(), ErrorCode::unavailable);
    EXPECT_THAT(response.error().message(), HasSubstr("the answer ends in its middle"));
  }
}

TEST_F(HttpClient, AnAnswerWithoutAStatusIsAnError) {
  answer({"HTTP/1.1 000 Nothing\r\n\r\n", "HTTP/1.1 037 Nothing\r\n\r\n"});
  EXPECT_THAT(complaint(), HasSubstr("the answer has 000 where its status stands"));
  EXPECT_THAT(complaint(), HasSubstr("the answer has 037 where its status stands"));
}

TEST_F(HttpClient, WhatIsNotHttpIsCorrupt) {
  answer({"SSH-2.0-OpenSSH\r\n\r\n"});
  EXPECT_EQ(fetch().error().code(), ErrorCode::corrupt);
}

TEST_F(HttpClient, BodiesAndHeadersHaveALimit) {
  request.body_bytes_max = 10;
  answer({ok("12345678901"),
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n12345678901\r\n0\r\n\r\n",
          "HTTP/1.1 200 OK\r\n\r\n12345678901",
          "HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n"});
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(fetch().error().code(), ErrorCode::resource_exhausted) << i;
  }
}

TEST_F(HttpClient, SilenceEndsAtTheIdleTimeout) {
  answer({"HTTP/1.1 200 OK\r\n[stay]", ok("")});
  const auto response = fetch();
  EXPECT_EQ(response.error().code(), ErrorCode::timed_out);
  EXPECT_THAT(response.error().message(), HasSubstr("longer than allowed"));
}

TEST_F(HttpClient, TheDeadlineIsForEverything) {
  answer({ok("")});
  request.deadline = clock.monotonic() - 1ms;
  EXPECT_EQ(fetch().error().code(), ErrorCode::timed_out);
}

TEST_F(HttpClient, NobodyThereIsUnavailable) {
  answer({});
  stop();
  EXPECT_EQ(fetch().error().code(), ErrorCode::unavailable);
}

TEST_F(HttpClient, AHeaderThatSmugglesIsRefused) {
  answer({ok("")});
  request.headers = {{"X-Key", "a\r\nX-Other: b"}};
  const auto response = fetch();
  EXPECT_EQ(response.error().code(), ErrorCode::invalid_argument);
  EXPECT_THAT(response.error().message(), Not(HasSubstr("X-Other")));
}

TEST_F(HttpClient, ACertificateNobodyVouchesForIsRefused) {
  answer({ok("x")}, testing::make_certificate("localhost"));
  EXPECT_THAT(complaint(), HasSubstr("no secure connection: self-signed certificate"));
}

TEST_F(HttpClient, ACertificateOfTheCaFileIsAccepted) {
  const auto certificate = testing::make_certificate("localhost");
  options.ca_file = directory / "ca.pem";
  std::ofstream(options.ca_file) << certificate.certificate_pem;
  answer({ok("1") + "[stay]", ok("2") + "[stay]"}, certificate);
  EXPECT_EQ(fetch()->body, "1");
  EXPECT_EQ(fetch()->body, "2");
  EXPECT_EQ(server->connections(), 1);
}

TEST_F(HttpClient, ACertificateOfAnotherHostIsRefused) {
  const auto certificate = testing::make_certificate("other.example");
  options.ca_file = directory / "ca.pem";
  std::ofstream(options.ca_file) << certificate.certificate_pem;
  answer({ok("x")}, certificate);
  EXPECT_THAT(complaint(), HasSubstr("no secure connection"));
}

TEST_F(HttpClient, HttpsDoesNotFallBackToHttp) {
  const auto certificate = testing::make_certificate("localhost");
  options.ca_file = directory / "ca.pem";
  std::ofstream(options.ca_file) << certificate.certificate_pem;
  answer({moved("http://localhost:1/")}, certificate);
  EXPECT_THAT(complaint(), HasSubstr("redirected from https to http://localhost:1/"));
}

TEST_F(HttpClient, ATruncatedTlsBodyIsAnError) {
  const auto certificate = testing::make_certificate("localhost");
  options.ca_file = directory / "ca.pem";
  std::ofstream(options.ca_file) << certificate.certificate_pem;
  answer({"HTTP/1.1 200 OK\r\n\r\nuntil someone cuts the line"}, certificate);
  EXPECT_THAT(complaint(), HasSubstr("the answer ends in its middle"));
}

}  // namespace
}  // namespace tarn::http
