#include "edges/kafka_server/testing/test_server.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "platform/runtime/sleep.h"

namespace tarn::kafka_server::testing {

namespace asio = boost::asio;
using asio::ip::tcp;
using runtime::Awaitable;

namespace {

constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);

template <class Stream>
Awaitable<bool> write_all(Stream& stream, BytesView bytes) {
  auto [error, count] =
      co_await asio::async_write(stream, asio::buffer(bytes.data(), bytes.size()), kNoThrow);
  co_return !error;
}

template <class Stream>
Awaitable<std::optional<Bytes>> read_bytes(Stream& stream, size_t size) {
  Bytes bytes(size);
  auto [error, count] = co_await asio::async_read(stream, asio::buffer(bytes), kNoThrow);
  if (error) co_return std::nullopt;
  co_return bytes;
}

template <class Stream>
Awaitable<std::optional<Bytes>> read_frame(Stream& stream) {
  const auto size = co_await read_bytes(stream, 4);
  if (!size) co_return std::nullopt;
  co_return co_await read_bytes(stream, static_cast<size_t>(ByteReader(*size).read_i32()));
}

}  // namespace

Client::Client(broker::testing::TestBroker& broker, uint16_t port)
    : broker_(broker), socket_(broker.io()) {
  socket_.connect({asio::ip::address_v4::loopback(), port});
}

bool Client::secure(asio::ssl::context& context) {
  tls_.emplace(socket_, context);
  failed_ = !broker_.run([](auto& tls) -> Awaitable<bool> {
    auto [error] = co_await tls.async_handshake(asio::ssl::stream_base::client, kNoThrow);
    co_return !error;
  }(*tls_));
  return !failed_;
}

void Client::send(BytesView bytes) {
  // Asio would wait for ever in a second write after a failed one.
  if (failed_) return;
  failed_ = !(tls_ ? broker_.run(write_all(*tls_, bytes)) : broker_.run(write_all(socket_, bytes)));
}

std::optional<Bytes> Client::receive() {
  if (tls_) return broker_.run(read_frame(*tls_));
  return broker_.run(read_frame(socket_));
}

ServerTest::ServerTest(ServerOptions options, telemetry::Logger logger)
    : ServerTest(std::move(options), std::move(logger), login::LoginOptions{}) {}

ServerTest::ServerTest(Access access)
    : ServerTest({}, telemetry::Logger::silent(), login::LoginOptions{}, access) {}

ServerTest::ServerTest(ServerOptions options, telemetry::Logger logger, login::LoginOptions logins,
                       Access access) {
  broker.wait_until_loaded();
  if (access == Access::by_acls) acls.emplace(*access::AclStore::load(*broker, {}, {}));
  users.emplace(*broker, broker.io().get_executor(), login::Users());
  authenticator.emplace(std::move(logins), *users, pool, broker.clock());
  server.emplace(context(std::move(logger)), on_free_port(std::move(options)));
  const auto started = server->start();
  EXPECT_TRUE(started) << started.error().message();
}

ServerTest::~ServerTest() {
  stop();
}

ServerContext ServerTest::context(telemetry::Logger logger) {
  return {.broker = *broker,
          .clock = broker.clock(),
          .logger = std::move(logger),
          .metrics = broker.metrics(),
          .executor = broker.io().get_executor(),
          .users = *users,
          .authenticator = *authenticator,
          .quotas = quotas,
          .acls = acls ? &*acls : nullptr};
}

ServerOptions ServerTest::on_free_port(ServerOptions options) {
  for (ListenerOptions& listener : options.listeners) listener.port = 0;
  options.cluster_id = "test-cluster";
  return options;
}

void ServerTest::stop() {
  if (!server) return;
  broker.run([](Server& running) -> Awaitable<bool> {
    co_await running.stop();
    co_return true;
  }(*server));
  server.reset();
}

void ServerTest::wait(Millis duration) {
  broker.run([](Millis how_long) -> Awaitable<bool> {
    co_await runtime::sleep_for(how_long);
    co_return true;
  }(duration));
}

void ServerTest::create_topic(const std::string& name, int32_t partitions) {
  broker::NewTopic topic{.name = TopicName(name), .partitions = partitions};
  ASSERT_TRUE(broker.run(broker->create_topic(std::move(topic), broker::Validate::and_do)));
}

}  // namespace tarn::kafka_server::testing
