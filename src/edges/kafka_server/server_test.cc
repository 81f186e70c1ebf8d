// What connections bear: order, limits, and bytes that are not Kafka's.
#include "edges/kafka_server/server.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "edges/kafka_server/testing/test_server.h"
#include "formats/kafka_protocol/api_versions.h"
#include "formats/kafka_protocol/error_code.h"
#include "formats/kafka_protocol/fetch.h"
#include "formats/kafka_protocol/metadata.h"
#include "formats/kafka_protocol/produce.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;
using testing::Client;
using testing::ServerTest;

constexpr int16_t kUnsupportedVersion = code(KafkaError::unsupported_version);
constexpr int16_t kInvalidRequest = code(KafkaError::invalid_request);

Bytes frame(std::string_view body, std::optional<int32_t> claimed = std::nullopt) {
  ByteWriter writer;
  writer.write_i32(claimed.value_or(static_cast<int32_t>(body.size())));
  writer.write_text(body);
  return std::move(writer).take();
}

struct Connections : ServerTest {
  // Others go on, whatever one client did.
  void expect_alive() {
    auto other = connect();
    EXPECT_FALSE(other.call<ApiVersionsResponse>(ApiVersionsRequest{}, 0).api_keys.empty());
  }
  void expect_closed_by(const Bytes& bytes) {
    auto bad = connect();
    bad.send(bytes);
    EXPECT_TRUE(bad.is_closed());
    expect_alive();
  }
};

TEST_F(Connections, ApiVersionsOfTheFutureIsAnsweredInVersion0) {
  auto asking = connect();
  asking.ask(ApiVersionsRequest{}, 99);
  auto answer = asking.answer<ApiVersionsResponse>(0);
  EXPECT_EQ(answer.error_code, kUnsupportedVersion);
  ASSERT_EQ(answer.api_keys.size(), 1U);
  EXPECT_EQ(answer.api_keys[0].max_version, 4);
  EXPECT_EQ(asking.call<ApiVersionsResponse>(ApiVersionsRequest{}, 0).error_code, 0);
}

TEST_F(Connections, ProduceIsAdvertisedFromVersion0SoThatOldClientsCompress) {
  const ApiVersionsRequest request{.client_software_name = "librdkafka",
                                   .client_software_version = "2.0.2"};
  auto answer = call<ApiVersionsResponse>(request, 3);
  ASSERT_EQ(answer.api_keys.at(0).api_key, kProduce.key);
  EXPECT_EQ(answer.api_keys[0].min_version, 0);
  EXPECT_EQ(answer.api_keys[0].max_version, 13);
}

TEST_F(Connections, ASoftwareNameThatBreaksItsRuleIsRefused) {
  for (const auto* name : {"", "-x", "x-", "a b", "a\"b"}) {
    const ApiVersionsRequest request{.client_software_name = name, .client_software_version = "1"};
    EXPECT_EQ(call<ApiVersionsResponse>(request, 3).error_code, kInvalidRequest) << name;
  }
}

TEST_F(Connections, VersionsThatAreNotServedCloseTheConnection) {
  for (int16_t version : {int16_t{0}, int16_t{2}, int16_t{14}, int16_t{-1}}) {
    auto old = connect();
    old.ask(ProduceRequest{}, version);
    EXPECT_TRUE(old.is_closed()) << version;
  }
  expect_alive();
}

TEST_F(Connections, AnUnknownApiClosesTheConnection) {
  expect_closed_by(frame(std::string_view("\x03\xe7\0\0\0\0\0\1\xff\xff", 10)));
}

struct Complaining : ServerTest {
  Complaining() : ServerTest({}, telemetry::Logger::to_stderr(telemetry::LogLevel::warn)) {}
};

TEST_F(Complaining, WhoIsNotServedIsNamedWithWhatWouldBe) {
  ::testing::internal::CaptureStderr();
  auto old = connect();
  old.ask(FetchRequest{}, 3);
  EXPECT_TRUE(old.is_closed());
  const std::string log = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(log.find("Fetch version 3 from client 'test' is not served, versions 4 to 17 are"),
            std::string::npos)
      << log;
}

TEST_F(Connections, ImpossibleSizesCloseTheConnection) {
  for (int32_t claimed : {-1, 0, 7, 100 * 1024 * 1024 + 1, INT32_MAX}) {
    expect_closed_by(frame("0123456789", claimed));
  }
}

TEST_F(Connections, OtherProtocolsCloseTheConnection) {
  const auto http = as_bytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  expect_closed_by({http.begin(), http.end()});
  const auto tls = as_bytes(std::string_view("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11));
  expect_closed_by({tls.begin(), tls.end()});
}

TEST_F(Connections, NoiseClosesTheConnection) {
  Random random(1);
  for (int round = 0; round < 100; ++round) {
    std::string noise(8 + random.below(200), '\0');
    for (char& c : noise) c = static_cast<char>(random());
    noise[0] = 0;
    noise[1] = static_cast<char>(random.below(61));  // a likely API
    noise[2] = 0;
    noise[3] = static_cast<char>(random.below(14));  // and version
    auto bad = connect();
    bad.send(frame(noise));
    bad.send(frame("x", 0));  // ends the connection where the noise was a request by chance
    while (bad.receive()) {
    }
  }
  expect_alive();
}

TEST_F(Connections, AClaimOfAHugeArrayClosesTheConnection) {
  ByteWriter body;
  body.write_i16(kMetadata.key);
  body.write_i16(1);
  body.write_i32(1);
  body.write_i16(-1);
  body.write_i32(INT32_MAX);
  expect_closed_by(frame(as_text(body.view())));
}

TEST_F(Connections, WhatIsGoodBeforeBadBytesIsAnswered) {
  auto mixed = connect();
  mixed.ask(ApiVersionsRequest{}, 0);
  mixed.send(frame("junk", -5));
  EXPECT_FALSE(mixed.answer<ApiVersionsResponse>(0).api_keys.empty());
  EXPECT_TRUE(mixed.is_closed());
}

TEST_F(Connections, AnswersComeInTheOrderOfTheRequests) {
  auto eager = connect();
  for (int i = 0; i < 200; ++i) {
    eager.ask(MetadataRequest{}, 12);
    eager.ask(ApiVersionsRequest{}, 0);
  }
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(eager.answer<MetadataResponse>(12).brokers.size(), 1U);
    EXPECT_EQ(eager.answer<ApiVersionsResponse>(0).error_code, 0);
  }
}

TEST_F(Connections, StoppingAnswersWhatWasReceived) {
  auto last = connect();
  last.ask(ApiVersionsRequest{}, 0);
  wait(Millis(20));
  stop();
  EXPECT_FALSE(last.answer<ApiVersionsResponse>(0).api_keys.empty());
  EXPECT_TRUE(last.is_closed());
}

TEST_F(Connections, APortInUseIsNamed) {
  ServerOptions options = on_free_port();
  options.listeners[0].port = server->port();
  Server second(context(), options);
  const auto started = second.start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code(), ErrorCode::unavailable);
  EXPECT_NE(started.error().message().find(std::to_string(server->port())), std::string::npos);
}

TEST_F(Connections, ClientsAreToldTheAddressTheyHaveConnectedTo) {
  auto answer = call<MetadataResponse>(MetadataRequest{}, 12);
  ASSERT_EQ(answer.brokers.size(), 1U);
  EXPECT_EQ(answer.brokers[0].host, "127.0.0.1");
  EXPECT_EQ(answer.brokers[0].port, server->port());
  EXPECT_EQ(answer.cluster_id, "test-cluster");
}

struct Advertised : ServerTest {
  Advertised()
      : ServerTest(
            {.listeners = {{.advertised_host = "kafka.example", .advertised_port = 29092}}}) {}
};

TEST_F(Advertised, ClientsAreToldTheAdvertisedAddress) {
  auto answer = call<MetadataResponse>(MetadataRequest{}, 12);
  EXPECT_EQ(answer.brokers.at(0).host, "kafka.example");
  EXPECT_EQ(answer.brokers[0].port, 29092);
}

struct Limits : ServerTest {
  Limits()
      : ServerTest({.connections = {.max = 2},
                    .frame_bytes_max = 64 << 20,
                    .received_bytes_max = 1 << 20,
                    .idle_max = Millis(300),
                    .stall_max = Millis(100)}) {}
};

TEST_F(Limits, OneConnectionTooManyIsClosed) {
  auto first = connect();
  auto second = connect();
  EXPECT_EQ(first.call<ApiVersionsResponse>(ApiVersionsRequest{}, 0).error_code, 0);
  EXPECT_EQ(second.call<ApiVersionsResponse>(ApiVersionsRequest{}, 0).error_code, 0);
  auto third = connect();
  third.ask(ApiVersionsRequest{}, 0);
  EXPECT_TRUE(third.is_closed()) << "it is not answered";
}

TEST_F(Limits, ARequestThatDoesNotGoOnIsGivenUp) {
  auto slow = connect();
  slow.send(frame("half", 1000));
  EXPECT_TRUE(slow.is_closed());
}

TEST_F(Limits, AnIdleConnectionIsClosed) {
  auto idle = connect();
  EXPECT_EQ(idle.call<ApiVersionsResponse>(ApiVersionsRequest{}, 0).error_code, 0);
  EXPECT_TRUE(idle.is_closed());
}

TEST_F(Limits, HalfRequestsThatHoldAllMemoryMakeRoomForOthers) {
  auto greedy = connect();
  greedy.send(frame(std::string(1 << 20, 'x'), 60 << 20));
  auto other = connect();
  EXPECT_EQ(other.call<ApiVersionsResponse>(ApiVersionsRequest{}, 0).error_code, 0);
  EXPECT_TRUE(greedy.is_closed());
}

TEST_F(Limits, AClientThatDoesNotReadItsAnswersIsCutOff) {
  create_topic("big");
  const Bytes batch = broker::testing::batch_of({std::string(900'000, 'x')});
  ASSERT_TRUE(broker.run(broker->produce({TopicName("big"), PartitionId(0)}, MutableBytes(batch))));
  FetchRequest fetch;
  fetch.topics = {{.topic = "big", .partitions = {{.partition_max_bytes = 1 << 20}}}};
  auto deaf = connect();
  constexpr int kAsked = 50;  // more answers than the sockets hold
  for (int i = 0; i < kAsked; ++i) deaf.ask(fetch, 12);
  wait(Millis(400));
  auto other = connect();
  EXPECT_EQ(other.call<ApiVersionsResponse>(ApiVersionsRequest{}, 0).error_code, 0);
  int answers = 0;
  while (deaf.receive()) ++answers;
  EXPECT_LT(answers, kAsked);
}

}  // namespace
}  // namespace tarn::kafka_server
