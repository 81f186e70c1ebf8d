#include "engines/http/server.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engines/http/testing/raw_exchange.h"
#include "platform/runtime/sleep.h"
#include "platform/runtime/task_group.h"
#include "platform/runtime/testing/run.h"

namespace tarn::http {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

runtime::Task<Response> echo(Request request) {
  std::string text = std::string(to_string(request.method)) + " " + request.route;
  for (const auto& [name, value] : request.path_params) text += " " + name + "=" + value;
  for (const auto& [name, value] : request.query) text += " ?" + name + "=" + value;
  co_return text_response(200, text + " " + request.body);
}

struct HttpServer : ::testing::Test {
  boost::asio::io_context io{1};
  os::SystemClock clock;
  ServerOptions options{.header_bytes_max = 1024,
                        .body_bytes_max = 4096,
                        .header_timeout = 50ms,
                        .body_timeout = 50ms,
                        .handler_timeout = 100ms,
                        .allowed_hosts = {"tarn.example"}};
  std::vector<Exchange> exchanges;
  std::unique_ptr<Server> server;
  bool gone = false;

  void start() {
    Router router;
    router.add(Method::get, "/echo/{what}", echo);
    router.add(Method::post, "/echo/{what}", echo);
    router.add(Method::post, "/any", echo, {.bodies = RouteOptions::Bodies::any});
    router.add(Method::get, "/missing", [](Request) -> runtime::Task<Response> {
      co_return Error(ErrorCode::not_found, "no table 'x'");
    });
    router.add(Method::get, "/broken", [](Request) -> runtime::Task<Response> {
      co_return Error(ErrorCode::internal, "a secret of the house");
    });
    router.add(Method::get, "/throws", [](Request) -> runtime::Task<Response> {
      throw std::runtime_error("a secret of the house");
      co_return Response{};
    });
    router.add(Method::get, "/hang", [](Request) -> runtime::Task<Response> {
      co_await runtime::sleep_for(1h);
      co_return Response{};
    });
    router.add(Method::get, "/slow", [](Request) -> runtime::Task<Response> {
      co_await runtime::sleep_for(50ms);
      co_return text_response(200, "done");
    });
    server = std::make_unique<Server>(io.get_executor(), clock, telemetry::Logger::silent(),
                                      options, std::move(router),
                                      [this](const Exchange& e) { exchanges.push_back(e); });
    ASSERT_TRUE(server->start());
  }
  void TearDown() override {
    if (!server) return;
    runtime::testing::run(io, [](Server& s) -> runtime::Awaitable<bool> {
      co_await s.stop();
      co_return true;
    }(*server));
  }

  std::string send(std::string bytes) {
    if (!server) start();
    return runtime::testing::run(io, testing::raw_exchange(server->port(), std::move(bytes)));
  }
  // One request that asks for the end of the connection.
  std::string ask(const std::string& line, const std::string& headers = "",
                  const std::string& body = "") {
    return send(line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers +
                (body.empty() ? "" : "Content-Length: " + std::to_string(body.size()) + "\r\n") +
                "\r\n" + body);
  }
};

TEST_F(HttpServer, GivesParametersDecodedToTheHandler) {
  EXPECT_THAT(ask("GET /echo/a%2Fb?x=1&x=a+b&%C3%A9="),
              ::testing::EndsWith("GET /echo/{what} what=a/b ?x=1 ?x=a b ?\xc3\xa9= "));
}

TEST_F(HttpServer, AnswersPipelinedRequestsInTheirOrder) {
  const std::string one = "GET /echo/1 HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const std::string answer =
      send(one + "GET /echo/2 HTTP/1.1\r\nHost: [::1]:80\r\nConnection: close\r\n\r\n");
  EXPECT_LT(answer.find("what=1"), answer.find("what=2"));
  EXPECT_NE(answer.find("what=2"), std::string::npos);
}

TEST_F(HttpServer, HeadHasTheLengthAndNoBody) {
  const std::string answer = ask("HEAD /echo/x");
  EXPECT_THAT(answer, HasSubstr("Content-Length: 25\r\n"));
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST_F(HttpServer, AWrongMethodIsToldTheRightOnes) {
  const std::string answer = ask("DELETE /echo/x");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(answer, HasSubstr("Allow: GET, HEAD, POST\r\n"));
  EXPECT_THAT(ask("OPTIONS /echo/x"), StartsWith("HTTP/1.1 204 "));
}

TEST_F(HttpServer, AnUnknownPathIsAProblemDocument) {
  const std::string answer = ask("GET /nowhere");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 404 Not Found\r\n"));
  EXPECT_THAT(answer, HasSubstr("application/problem+json"));
  EXPECT_THAT(answer, HasSubstr("There is nothing at '/nowhere'."));
}

TEST_F(HttpServer, AnErrorOfAHandlerIsAProblemDocument) {
  EXPECT_THAT(ask("GET /missing"), HasSubstr("no table 'x'"));
}

TEST_F(HttpServer, ABrokenQueryIsABadRequest) {
  EXPECT_THAT(ask("GET /echo/x?a=%zz"), StartsWith("HTTP/1.1 400 "));
}

TEST_F(HttpServer, AForeignHostIsRefused) {
  EXPECT_THAT(send("GET /echo/x HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"),
              StartsWith("HTTP/1.1 421 "));
  EXPECT_THAT(send("GET /echo/x HTTP/1.1\r\nHost: tarn.example:80\r\nConnection: close\r\n\r\n"),
              StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(send("GET /echo/x HTTP/1.1\r\nConnection: close\r\n\r\n"),
              StartsWith("HTTP/1.1 400 "));
}

TEST_F(HttpServer, APageOfAnotherOriginChangesNothing) {
  const std::string json = "Content-Type: application/json\r\n";
  EXPECT_THAT(ask("POST /echo/x", json + "Origin: http://evil.example\r\n", "{}"),
              StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(ask("POST /echo/x", json + "Origin: null\r\n", "{}"), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(ask("POST /echo/x", json + "Origin: http://localhost\r\n", "{}"),
              StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpServer, AFormIsNotABodyUnlessTheRouteSaysSo) {
  const std::string form = "Content-Type: application/x-www-form-urlencoded\r\n";
  EXPECT_THAT(ask("POST /echo/x", form, "a=1"), StartsWith("HTTP/1.1 415 "));
  EXPECT_THAT(ask("POST /any", form, "a=1"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpServer, BodiesAndHeadersHaveALimit) {
  const std::string json = "Content-Type: application/json\r\n";
  EXPECT_THAT(ask("POST /echo/x", json, std::string(5000, '1')), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(ask("POST /echo/x", json + "Content-Length: 99999999999\r\n"),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(ask("GET /echo/x", "X: " + std::string(2000, 'x') + "\r\n"),
              StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(ask("GET /echo/" + std::string(2000, 'x')), StartsWith("HTTP/1.1 431 "));
}

TEST_F(HttpServer, AChunkedBodyIsReadAndLimited) {
  const std::string chunked =
      "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string head =
      "POST /echo/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + chunked;
  EXPECT_THAT(send(head + "3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n"), ::testing::EndsWith(" [1,2]"));
  EXPECT_THAT(send(head + "1388\r\n" + std::string(5000, '1') + "\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
}

TEST_F(HttpServer, BodiesOfAllTogetherHaveALimit) {
  options.bodies_bytes_max = 10;
  EXPECT_THAT(ask("POST /echo/x", "Content-Type: application/json\r\n", std::string(11, '1')),
              StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(ask("POST /echo/x", "Content-Type: application/json\r\n", std::string(10, '1')),
              StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpServer, ContinuesARequestThatAsksFirst) {
  EXPECT_THAT(
      ask("POST /echo/x", "Content-Type: application/json\r\nExpect: 100-continue\r\n", "1"),
      StartsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 "));
}

TEST_F(HttpServer, GarbageIsABadRequest) {
  EXPECT_THAT(send("\x16\x03\x01\x02 hello\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(send("GET /echo/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n"
                   "Transfer-Encoding: chunked\r\n\r\n"),
              StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(send("GET /echo/x HTTP/2.0\r\n\r\n"), StartsWith("HTTP/1.1 505 "));
}

TEST_F(HttpServer, ASlowRequestIsAnsweredAndClosed) {
  EXPECT_THAT(send("GET /echo/x HTT"), StartsWith("HTTP/1.1 408 "));
  EXPECT_THAT(send("POST /echo/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n{"),
              StartsWith("HTTP/1.1 408 "));
}

TEST_F(HttpServer, AHandlerThatHangsIsGivenUp) {
  EXPECT_THAT(ask("GET /hang"), StartsWith("HTTP/1.1 504 "));
}

TEST_F(HttpServer, AFailureOfOurOwnHasAnIdAndNoInternals) {
  for (const char* path : {"GET /broken", "GET /throws"}) {
    const std::string answer = ask(path);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 "));
    EXPECT_THAT(answer, HasSubstr("\"id\":\""));
    EXPECT_THAT(answer, ::testing::Not(HasSubstr("secret")));
  }
}

TEST_F(HttpServer, AnIdleConnectionIsClosed) {
  options.idle_timeout = 10ms;
  const std::string answer = send("GET /echo/x HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(answer, ::testing::Not(HasSubstr("still open")));
}

TEST_F(HttpServer, TooManyConnectionsAreTurnedAway) {
  options.connections_max = 0;
  EXPECT_THAT(ask("GET /echo/x"), StartsWith("HTTP/1.1 503 "));
}

runtime::Task<void> hang(uint16_t port) {
  co_await testing::raw_exchange(port, "GET /hang HTTP/1.1\r\nHost: localhost\r\n\r\n");
  co_return Status();
}

TEST_F(HttpServer, ARequestThatHangsHoldsNobodyElse) {
  options.handler_timeout = 1h;
  options.drain_timeout = 10ms;
  start();
  runtime::TaskGroup group(io.get_executor(), {});
  group.spawn("hanging", hang(server->port()));
  EXPECT_THAT(ask("GET /echo/x"), StartsWith("HTTP/1.1 200 "));
  runtime::testing::run(io, [](runtime::TaskGroup& g) -> runtime::Awaitable<bool> {
    co_await g.stop();
    co_return true;
  }(group));
}

runtime::Awaitable<std::string> stop_during_request(Server& server) {
  runtime::TaskGroup group(co_await boost::asio::this_coro::executor, {});
  std::string answer;
  group.spawn("asking", [](uint16_t port, std::string& out) -> runtime::Task<void> {
    out = co_await testing::raw_exchange(port, "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
    co_return Status();
  }(server.port(), answer));
  co_await runtime::sleep_for(20ms);
  co_await server.stop();
  while (group.size() > 0) co_await runtime::sleep_for(1ms);
  co_return answer;
}

TEST_F(HttpServer, StoppingLetsARunningRequestEnd) {
  start();
  const std::string answer = runtime::testing::run(io, stop_during_request(*server));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
  server.reset();
}

TEST_F(HttpServer, APortInUseHasItsSentence) {
  start();
  options.port = server->port();
  Server second(io.get_executor(), clock, telemetry::Logger::silent(), options, Router());
  const auto failed = second.start();
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().message(), HasSubstr("cannot listen on 127.0.0.1:"));
}

TEST_F(HttpServer, TheObserverSeesWhatWasAnswered) {
  ask("GET /echo/x");
  ask("GET /nowhere");
  ASSERT_EQ(exchanges.size(), 2U);
  EXPECT_EQ(exchanges[0].route, "/echo/{what}");
  EXPECT_EQ(exchanges[0].status, 200);
  EXPECT_EQ(exchanges[1].route, "");
  EXPECT_EQ(exchanges[1].status, 404);
}

}  // namespace
}  // namespace tarn::http
