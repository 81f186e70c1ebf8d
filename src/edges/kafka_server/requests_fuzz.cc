// One frame, as a client would send it, to a whole server over the loopback. Oracles: what comes
// back answers that request in its version, to the last byte; and the next client is served.
#include <optional>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "base/check.h"
#include "edges/kafka_server/handlers.h"
#include "edges/kafka_server/server.h"
#include "formats/kafka_protocol/all_messages.h"
#include "formats/kafka_protocol/header.h"
#include "platform/os/testing/fault_file_system.h"
#include "platform/runtime/blocking_pool.h"
#include "platform/runtime/deadline.h"
#include "services/broker/testing/test_broker.h"
#include "services/login/authenticator.h"

namespace tarn::kafka_server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using kafka_protocol::RequestHeader;

constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);
constexpr size_t kSizeBytes = 4;
constexpr Millis kPatience{10};    // with requests that wait for something
constexpr int kInputsOfOne = 500;  // what earlier inputs have made goes with the server

ServerOptions options() {
  ServerOptions options{
      .listeners = {{.port = 0}}, .cluster_id = "fuzz", .frame_bytes_max = 1 << 20};
  options.drain_max = Millis(1);
  return options;
}

broker::NewTopic orders() {
  return {.name = TopicName("flights"), .partitions = 2};
}

class World {
 public:
  World() {
    broker_.wait_until_loaded();
    check(server_.start().has_value(), "the server starts");
    check(broker_.run(broker_->create_topic(orders(), broker::Validate::and_do)).has_value(),
          "a topic to write to");
  }
  ~World() {
    broker_.run([](Server& server) -> runtime::Awaitable<bool> {
      co_await server.stop();
      co_return true;
    }(server_));
  }

  // What stands in the next frame; an error when the server closes, or waits for something.
  Result<Bytes> ask(BytesView frame, Millis patience) {
    tcp::socket socket(broker_.io());
    socket.connect({asio::ip::address_v4::loopback(), server_.port()});
    return broker_.run(runtime::with_deadline(exchange(&socket, with_size(frame)),
                                              broker_.clock().monotonic() + patience));
  }

 private:
  static Bytes with_size(BytesView frame) {
    ByteWriter out;
    out.write_u32(static_cast<uint32_t>(frame.size()));
    out.write_bytes(frame);
    return std::move(out).take();
  }

  static runtime::Task<Bytes> exchange(tcp::socket* socket, Bytes frame) {
    const Error closed(ErrorCode::unavailable, "closed");
    auto [failed, sent] = co_await asio::async_write(*socket, asio::buffer(frame), kNoThrow);
    if (failed) co_return closed;
    Bytes size(kSizeBytes);
    auto [no_size, size_count] = co_await asio::async_read(*socket, asio::buffer(size), kNoThrow);
    if (no_size) co_return closed;
    Bytes answer(ByteReader(size).read_u32());
    auto [cut, count] = co_await asio::async_read(*socket, asio::buffer(answer), kNoThrow);
    check(!cut, "an answer is whole");
    co_return answer;
  }

  os::testing::FaultFileSystem files_;
  broker::testing::TestBroker broker_{files_, broker::testing::TestBroker::quick_options()};
  runtime::BlockingPool pool_{1};
  login::UserStore users_{*broker_, broker_.io().get_executor(), {}};
  login::Authenticator authenticator_{{}, users_, pool_, broker_.clock()};
  access::QuotaStore quotas_ = *access::QuotaStore::load(*broker_);
  Server server_{{.broker = *broker_,
                  .clock = broker_.clock(),
                  .logger = telemetry::Logger::silent(),
                  .metrics = broker_.metrics(),
                  .executor = broker_.io().get_executor(),
                  .users = users_,
                  .authenticator = authenticator_,
                  .quotas = quotas_},
                 options()};
};

void check_answer(const RequestHeader& head, BytesView answer) {
  bool is_known = false;
  kafka_protocol::for_each_message([&]<class Request, class Response>(int16_t, int16_t last) {
    if (Request::kApi.key != head.api_key) return;
    is_known = true;
    // ApiVersions of a version from the future is answered in version 0.
    const int16_t version = head.api_version > last ? int16_t{0} : head.api_version;
    const auto response = kafka_protocol::read_response(answer, Response::kApi, version);
    check(response && response->correlation_id == head.correlation_id, "the answer to this");
    check(kafka_protocol::decode<Response>(response->body, version).has_value(), "it decodes");
  });
  check(is_known, "only what is known is answered");
}

// ApiVersions, version 0, without a client id.
Bytes plain_request() {
  ByteWriter out;
  out.write_i16(kafka_protocol::kApiVersions.key);
  out.write_i16(0);
  out.write_i32(1);
  out.write_i16(-1);
  return std::move(out).take();
}

}  // namespace
}  // namespace tarn::kafka_server

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tarn;
  using namespace tarn::kafka_server;
  static std::optional<World> world;
  static int inputs = 0;
  if (inputs++ % kInputsOfOne == 0) world.emplace();
  const BytesView frame = std::as_bytes(std::span(data, size));
  if (const auto answer = world->ask(frame, kPatience)) {
    const auto head = kafka_protocol::read_request_head(frame);
    check(head.has_value(), "only a request is answered");
    check_answer(*head, *answer);
  }
  if (inputs % 16 == 0) {
    check(world->ask(plain_request(), std::chrono::seconds(20)).has_value(),
          "the next client is served");
  }
  return 0;
}
