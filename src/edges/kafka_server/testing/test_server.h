// A server over a broker of its own, and clients that speak to it over the loopback.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <gtest/gtest.h>

#include "edges/kafka_server/server.h"
#include "formats/kafka_protocol/create_topics.h"
#include "formats/kafka_protocol/header.h"
#include "platform/runtime/blocking_pool.h"
#include "services/broker/testing/test_broker.h"
#include "services/login/authenticator.h"

namespace tarn::kafka_server::testing {

class Client {
 public:
  Client(broker::testing::TestBroker& broker, uint16_t port);

  // Shakes hands over TLS. False: one of the two sides did not like the other.
  bool secure(boost::asio::ssl::context& context);
  void send(BytesView bytes);
  // What stands in the next frame after its size; none: the server has closed the connection.
  std::optional<Bytes> receive();
  bool is_closed() { return !receive(); }

  template <class Request>
  void ask(const Request& request, int16_t version) {
    send(
        kafka_protocol::encode_request(
            request, {.api_version = version, .correlation_id = ++last_asked_, .client_id = "test"})
            .joined());
  }
  template <class Response>
  Response answer(int16_t version) {
    const auto frame = receive();
    if (!frame) {
      ADD_FAILURE() << "the connection is closed";
      return {};
    }
    auto response = kafka_protocol::read_response(*frame, Response::kApi, version);
    EXPECT_EQ(response->correlation_id, ++last_answered_);
    auto message = kafka_protocol::decode<Response>(response->body, version);
    EXPECT_TRUE(message) << message.error().message();
    return message ? *std::move(message) : Response{};
  }
  template <class Response, class Request>
  Response call(const Request& request, int16_t version) {
    ask(request, version);
    return answer<Response>(version);
  }
  // The next answer is to this request.
  void expect_answer_to(int32_t correlation_id) { last_answered_ = correlation_id - 1; }

 private:
  broker::testing::TestBroker& broker_;
  boost::asio::ip::tcp::socket socket_;
  std::optional<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> tls_;
  bool failed_ = false;
  int32_t last_asked_ = 0;
  int32_t last_answered_ = 0;
};

// by_acls: everybody is User:ANONYMOUS and may do nothing that no ACL allows.
enum class Access { open, by_acls };

struct ServerTest : ::testing::Test {
  explicit ServerTest(ServerOptions options = {},
                      telemetry::Logger logger = telemetry::Logger::silent());
  ServerTest(ServerOptions options, telemetry::Logger logger, login::LoginOptions logins,
             Access access = Access::open);
  explicit ServerTest(Access access);
  ~ServerTest() override;

  ServerContext context(telemetry::Logger logger = telemetry::Logger::silent());
  static ServerOptions on_free_port(ServerOptions options = {});
  Client connect(size_t listener = 0) { return {broker, server->port(listener)}; }
  void stop();
  // Lets the server do what it does without being asked.
  void wait(Millis duration);
  void create_topic(const std::string& name, int32_t partitions = 1);

  template <class Response, class Request>
  Response call(const Request& request, int16_t version) {
    if (!client) client.emplace(broker, server->port());
    return client->call<Response>(request, version);
  }

  broker::testing::TestBroker broker;
  runtime::BlockingPool pool{1};
  std::optional<login::UserStore> users;
  std::optional<login::Authenticator> authenticator;
  access::QuotaStore quotas = *access::QuotaStore::load(*broker);
  std::optional<access::AclStore> acls;
  std::optional<Server> server;
  std::optional<Client> client;
};

}  // namespace tarn::kafka_server::testing
