#include "app/addresses.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::app {
namespace {

using testing::HasSubstr;

TEST(Addresses, AreReadAndWritten) {
  EXPECT_EQ(to_string(*parse_address("127.0.0.1:9092")), "127.0.0.1:9092");
  EXPECT_EQ(parse_address("[::1]:80")->host, "::1");
  EXPECT_EQ(to_string(*parse_address("[::1]:80")), "[::1]:80");
  for (const char* text : {"", "host", ":1", "host:70000", "host:x"}) {
    EXPECT_FALSE(parse_address(text)) << text;
  }
}

TEST(Addresses, OptionsWinOverTheFile) {
  pipeline::Pipeline pipeline;
  pipeline.listeners.kafka = {{.bind = "127.0.0.1:1"}};
  Arguments arguments;
  arguments.add("--kafka-port", "0");
  WiringOptions options;
  ASSERT_TRUE(choose_addresses(pipeline, arguments, options));
  EXPECT_EQ(options.kafka.at(0).address.port, 0);
  EXPECT_EQ(options.http->port, 8080);
}

TEST(Addresses, APublicOneIsRefusedUnlessItIsMeant) {
  pipeline::Pipeline pipeline;
  Arguments arguments;
  arguments.add("--host", "0.0.0.0");
  WiringOptions options;
  auto refused = choose_addresses(pipeline, arguments, options);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message(), HasSubstr("listeners.open"));
  pipeline.listeners.open = true;
  EXPECT_TRUE(choose_addresses(pipeline, arguments, options));
}

TEST(Addresses, APublicOneThatAsksWhoCallsIsFine) {
  pipeline::Pipeline pipeline;
  pipeline.listeners.kafka = {{.bind = "0.0.0.0:9093", .protocol = pipeline::Protocol::sasl_ssl}};
  WiringOptions options;
  EXPECT_TRUE(choose_addresses(pipeline, {}, options));
  pipeline.listeners.kafka[0].protocol = pipeline::Protocol::ssl;
  EXPECT_FALSE(choose_addresses(pipeline, {}, options));
  pipeline.security.tls = {.client_auth = pipeline::ClientAuth::required};
  EXPECT_TRUE(choose_addresses(pipeline, {}, options));
}

TEST(Addresses, OptionsAreForTheFirstOfSeveralListeners) {
  pipeline::Pipeline pipeline;
  pipeline.listeners.kafka = {{.bind = "127.0.0.1:1"}, {.bind = "127.0.0.1:2"}};
  Arguments arguments;
  arguments.add("--kafka-port", "7");
  WiringOptions options;
  ASSERT_TRUE(choose_addresses(pipeline, arguments, options));
  EXPECT_EQ(options.kafka.at(0).address.port, 7);
  EXPECT_EQ(options.kafka.at(1).address.port, 2);
}

}  // namespace
}  // namespace tarn::app
