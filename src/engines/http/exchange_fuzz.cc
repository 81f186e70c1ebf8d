// Bytes to a client as the answer of a service, and bytes to a server as a request: the first byte
// chooses. Oracles: an answer that is taken keeps the limits; a server answers with a whole HTTP
// message or not at all, and serves the next one.
#include <optional>

#include <boost/asio/io_context.hpp>

#include "base/check.h"
#include "engines/http/client.h"
#include "engines/http/server.h"
#include "engines/http/testing/raw_exchange.h"
#include "engines/http/testing/scripted_server.h"
#include "platform/runtime/testing/run.h"

namespace {

using namespace tarn;
using namespace tarn::http;

constexpr size_t kBodyBytesMax = 4096;

runtime::Task<Response> echo(Request request) {
  co_return text_response(200, request.path + request.body);
}

class World {
 public:
  World() {
    Router router;
    router.add(Method::get, "/echo/{what}", echo);
    router.add(Method::post, "/echo/{what}", echo, {.bodies = RouteOptions::Bodies::any});
    server_.emplace(io_.get_executor(), clock_, telemetry::Logger::silent(),
                    ServerOptions{.header_bytes_max = 1024,
                                  .body_bytes_max = kBodyBytesMax,
                                  .header_timeout = Millis(5),
                                  .body_timeout = Millis(5),
                                  .idle_timeout = Millis(5)},
                    std::move(router));
    check(server_->start().has_value(), "the server starts");
  }
  ~World() {
    run([](Server& server) -> runtime::Awaitable<bool> {
      co_await server.stop();
      co_return true;
    }(*server_));
  }

  void answer_client(std::string bytes) {
    testing::ScriptedServer service(io_.get_executor(), {std::move(bytes)});
    Client client(clock_, {.idle_timeout = Millis(20), .header_bytes_max = 1024});
    ClientRequest request{.url = "http://127.0.0.1:" + std::to_string(service.port()) + "/x",
                          .deadline = clock_.monotonic() + Millis(50),
                          .body_bytes_max = kBodyBytesMax,
                          .redirects_max = 1};
    if (const auto answer = run(client.fetch(std::move(request)))) {
      check(answer->status >= 100 && answer->status <= 999, "a status");
      check(answer->body.size() <= kBodyBytesMax, "the limit of a body");
    }
    client.close_idle();
    run(service.stop());
  }

  void ask_server(std::string bytes) {
    const auto answer = run(testing::raw_exchange(server_->port(), std::move(bytes)));
    check(answer.empty() || (answer.starts_with("HTTP/1.") && answer.contains("\r\n\r\n")),
          "a whole message");
    const auto next = run(testing::raw_exchange(
        server_->port(), "GET /echo/1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
    check(next.contains(" 200 "), "the next request is served");
  }

 private:
  template <class T>
  T run(runtime::Awaitable<T> awaitable) {
    return runtime::testing::run(io_, std::move(awaitable));
  }

  boost::asio::io_context io_{1};
  os::SystemClock clock_;
  std::optional<Server> server_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static World world;
  if (size < 1) return 0;
  std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 2 == 0) {
    world.answer_client(std::move(bytes));
  } else {
    world.ask_server(std::move(bytes));
  }
  return 0;
}
