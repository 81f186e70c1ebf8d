// Listeners with TLS beside plain ones.
#include <boost/asio/ssl/context.hpp>
#include <gtest/gtest.h>

#include "edges/kafka_server/testing/test_server.h"
#include "formats/kafka_protocol/api_versions.h"
#include "formats/kafka_protocol/metadata.h"
#include "formats/kafka_protocol/produce.h"
#include "platform/tls/server_identity.h"
#include "platform/tls/testing/certificates.h"

namespace tarn::kafka_server {
namespace {

namespace asio = boost::asio;
using namespace kafka_protocol;
using testing::Client;
using testing::ServerTest;
using tls::testing::Issued;

struct Authority {
  Issued own = tls::testing::issue({.subject = {{"CN", "authority"}}});

  [[nodiscard]] Issued sign(const std::string& name,
                            Millis valid_for = std::chrono::hours(1)) const {
    return tls::testing::issue(
        {.subject = {{"O", "Example"}, {"CN", name}}, .valid_for = valid_for, .issuer = &own});
  }
  [[nodiscard]] std::shared_ptr<const tls::ServerIdentity> identity(
      tls::ClientCertificates clients) const {
    const Issued server = sign("localhost");
    return *tls::ServerIdentity::make({.certificate = server.certificate_pem,
                                       .key = server.key_pem,
                                       .client_authorities = own.certificate_pem,
                                       .clients = clients});
  }
  [[nodiscard]] asio::ssl::context trusting() const {
    asio::ssl::context context(asio::ssl::context::tls_client);
    context.add_certificate_authority(asio::buffer(own.certificate_pem));
    context.set_verify_mode(asio::ssl::verify_peer);
    return context;
  }
  [[nodiscard]] asio::ssl::context showing(const Issued& certificate) const {
    auto context = trusting();
    context.use_certificate(asio::buffer(certificate.certificate_pem), asio::ssl::context::pem);
    context.use_private_key(asio::buffer(certificate.key_pem), asio::ssl::context::pem);
    return context;
  }
};

struct TwoListeners : ServerTest {
  explicit TwoListeners(tls::ClientCertificates clients = tls::ClientCertificates::none,
                        Authority made = {})
      : ServerTest({.listeners = {{}, {.protocol = SecurityProtocol::ssl}},
                    .identity = made.identity(clients),
                    .handshake_max = Millis(150),
                    .stall_max = Millis(100)},
                   telemetry::Logger::to_stderr(telemetry::LogLevel::warn)),
        authority(std::move(made)) {}

  void expect_served(Client& by) {
    EXPECT_EQ(by.call<ApiVersionsResponse>(ApiVersionsRequest{}, 0).error_code, 0);
  }
  void expect_plain_is_served() {
    auto other = connect();
    expect_served(other);
  }

  Authority authority;
};

TEST_F(TwoListeners, SpeakPlainTextAndTls) {
  auto plain = connect();
  expect_served(plain);
  auto context = authority.trusting();
  auto secure = connect(1);
  ASSERT_TRUE(secure.secure(context));
  expect_served(secure);
}

TEST_F(TwoListeners, TellEachClientItsOwnAddress) {
  auto context = authority.trusting();
  auto secure = connect(1);
  ASSERT_TRUE(secure.secure(context));
  EXPECT_EQ(secure.call<MetadataResponse>(MetadataRequest{}, 12).brokers.at(0).port,
            server->port(1));
  EXPECT_EQ(call<MetadataResponse>(MetadataRequest{}, 12).brokers.at(0).port, server->port(0));
}

TEST_F(TwoListeners, CarryLargeRequestsAndAnswersOverTls) {
  create_topic("big");
  auto context = authority.trusting();
  auto secure = connect(1);
  ASSERT_TRUE(secure.secure(context));
  const Bytes batch = broker::testing::batch_of({std::string(900'000, 'x')});
  for (int i = 0; i < 8; ++i) {
    ProduceRequest produce{.acks = -1, .timeout_ms = 1000};
    produce.topics = {{.name = "big", .partitions = {{.index = 0, .records = batch}}}};
    const auto answer = secure.call<ProduceResponse>(produce, 9);
    EXPECT_EQ(answer.topics.at(0).partitions.at(0).base_offset, i);
  }
}

TEST_F(TwoListeners, PlainTextOnTheTlsPortIsNamed) {
  ::testing::internal::CaptureStderr();
  auto plain = connect(1);
  plain.ask(ApiVersionsRequest{}, 0);
  EXPECT_TRUE(plain.is_closed());
  const std::string log = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(log.find("this is plain text, and the port speaks TLS"), std::string::npos) << log;
}

TEST_F(TwoListeners, TlsOnThePlainPortIsNamed) {
  ::testing::internal::CaptureStderr();
  auto context = authority.trusting();
  EXPECT_FALSE(connect().secure(context));
  const std::string log = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(log.find("this is TLS, and the port speaks plain text"), std::string::npos) << log;
}

TEST_F(TwoListeners, AClientThatDoesNotTrustUsIsNamed) {
  ::testing::internal::CaptureStderr();
  const Authority other{tls::testing::issue({.subject = {{"CN", "another"}}})};
  auto context = other.trusting();
  EXPECT_FALSE(connect(1).secure(context));
  wait(Millis(50));
  const std::string log = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(log.find("the client does not trust our certificate"), std::string::npos) << log;
}

TEST_F(TwoListeners, HandshakesThatStopHalfwayEnd) {
  ::testing::internal::CaptureStderr();
  std::vector<Client> silent;
  for (int i = 0; i < 100; ++i) silent.push_back(connect(1));
  for (auto& one : silent) one.send(as_bytes("\x16\x03\x01"));
  expect_plain_is_served();
  for (auto& one : silent) EXPECT_TRUE(one.is_closed());
  const std::string log = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(log.find("the TLS handshake does not come to its end"), std::string::npos) << log;
  expect_plain_is_served();
}

TEST_F(TwoListeners, ANewCertificateHoldsForNewConnections) {
  auto context = authority.trusting();
  auto before = connect(1);
  ASSERT_TRUE(before.secure(context));
  const Authority other{tls::testing::issue({.subject = {{"CN", "another"}}})};
  server->use_identity(other.identity(tls::ClientCertificates::none));
  expect_served(before);
  EXPECT_FALSE(connect(1).secure(context));
  auto other_context = other.trusting();
  auto after = connect(1);
  ASSERT_TRUE(after.secure(other_context));
  expect_served(after);
}

struct Mutual : TwoListeners {
  Mutual() : TwoListeners(tls::ClientCertificates::required) {}
};

TEST_F(Mutual, AClientWithACertificateIsServed) {
  auto context = authority.showing(authority.sign("alice"));
  auto alice = connect(1);
  ASSERT_TRUE(alice.secure(context));
  expect_served(alice);
}

TEST_F(Mutual, AClientWithoutOneIsNamed) {
  ::testing::internal::CaptureStderr();
  auto context = authority.trusting();
  auto nobody = connect(1);
  // With TLS 1.3 a client is through before the server has seen what it shows.
  if (nobody.secure(context)) EXPECT_TRUE(nobody.is_closed());
  wait(Millis(50));
  const std::string log = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(log.find("the client shows no certificate"), std::string::npos) << log;
}

TEST_F(Mutual, AnExpiredOrForeignCertificateIsRefused) {
  ::testing::internal::CaptureStderr();
  const Authority other{tls::testing::issue({.subject = {{"CN", "another"}}})};
  for (const Issued& bad :
       {authority.sign("alice", std::chrono::seconds(-60)), other.sign("eve")}) {
    auto context = authority.showing(bad);
    auto client = connect(1);
    if (client.secure(context)) EXPECT_TRUE(client.is_closed());
  }
  wait(Millis(50));
  const std::string log = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(log.find("certificate has expired"), std::string::npos) << log;
  EXPECT_NE(log.find("unable to get local issuer certificate"), std::string::npos) << log;
  expect_plain_is_served();
}

}  // namespace
}  // namespace tarn::kafka_server
