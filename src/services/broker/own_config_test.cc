#include "services/broker/own_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/broker/broker_config.h"
#include "services/broker/dynamic_config.h"

namespace tarn::broker {
namespace {

constexpr auto kAtStart = Millis(15'000);

BrokerConfigs of_all(const std::string& value) {
  return {.of_all = {{"log.cleaner.backoff.ms", value}}, .of_this = {}};
}

TEST(OwnConfig, TheIntervalOfCompactionIsTheLastOneSet) {
  EXPECT_EQ(compaction_interval({}, kAtStart), kAtStart);
  EXPECT_EQ(compaction_interval(of_all("20"), kAtStart), Millis(20));
  BrokerConfigs both = of_all("20");
  both.of_this = {{"log.cleaner.backoff.ms", "30"}};
  EXPECT_EQ(compaction_interval(both, kAtStart), Millis(30));
}

TEST(OwnConfig, NoIntervalIsSoShortThatTheBrokerNeverRestsOrTooLongToBeAdded) {
  EXPECT_EQ(compaction_interval(of_all("0"), kAtStart), Millis(1));
  EXPECT_EQ(compaction_interval(of_all("9223372036854775807"), kAtStart), std::chrono::years(1));
}

TEST(OwnConfig, WhatIsNoIntervalIsRefused) {
  for (const char* wrong : {"", "soon", "-1", "1.5", "9223372036854775808"}) {
    const auto checked = check_broker_config({{"log.cleaner.backoff.ms", wrong}});
    ASSERT_FALSE(checked) << wrong;
    EXPECT_EQ(checked.error().reason, Reason::invalid_config) << wrong;
  }
  EXPECT_TRUE(check_broker_config({{"log.cleaner.backoff.ms", "0"}}));
  EXPECT_FALSE(check_own_config("log.cleaner.threads", "1"));
}

TEST(OwnConfig, DescribingShowsWhoHasSetItAndTheDefault) {
  const BrokerOptions options{.groups = {}, .transactions = {}};
  const auto entries = describe_broker_config(options, of_all("20"));
  const auto found = std::ranges::find(entries, "log.cleaner.backoff.ms", &ConfigEntry::name);
  ASSERT_NE(found, entries.end());
  EXPECT_FALSE(found->read_only);
  EXPECT_EQ(found->value(), "20");
  EXPECT_EQ(found->source(), ConfigSource::dynamic_default);
  EXPECT_EQ(found->values.back().value, "15000");
}

}  // namespace
}  // namespace tarn::broker
