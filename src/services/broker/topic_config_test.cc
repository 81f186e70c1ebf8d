#include "services/broker/topic_config.h"

#include <algorithm>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/broker/dynamic_config.h"

namespace tarn::broker {
namespace {

using ::testing::HasSubstr;

std::string objection_to(const std::string& key, const std::string& value) {
  auto answer = check_topic_config({{key, value}});
  return answer ? "" : answer.error().message;
}

TEST(TopicConfig, KeysAreSortedSoThatTheyAreFound) {
  EXPECT_TRUE(std::ranges::is_sorted(topic_config_keys(), {}, &ConfigKey::name));
}

TEST(TopicConfig, EveryDefaultIsValid) {
  for (const ConfigKey& key : topic_config_keys()) {
    EXPECT_EQ(objection_to(std::string(key.name), std::string(key.default_value)), "");
  }
}

TEST(TopicConfig, AnUnknownKeyIsNamed) {
  EXPECT_EQ(objection_to("retention.minutes", "1"), "unknown topic config 'retention.minutes'");
}

TEST(TopicConfig, AValueOfTheWrongTypeIsRefusedWithWhatIsAllowed) {
  EXPECT_THAT(objection_to("retention.ms", "7d"), HasSubstr("whole number from -1"));
  EXPECT_THAT(objection_to("retention.ms", "-2"), HasSubstr("whole number from -1"));
  EXPECT_THAT(objection_to("segment.bytes", "4294967296"), HasSubstr("to 2147483647"));
  EXPECT_THAT(objection_to("preallocate", "yes"), HasSubstr("true or false"));
  EXPECT_THAT(objection_to("message.timestamp.type", "Now"), HasSubstr("LogAppendTime"));
  EXPECT_THAT(objection_to("cleanup.policy", "compact,forget"), HasSubstr("compact,delete"));
  EXPECT_THAT(objection_to("cleanup.policy", ""), HasSubstr("compact,delete"));
  EXPECT_THAT(objection_to("min.cleanable.dirty.ratio", "1.5"), HasSubstr("from 0 to 1"));
  EXPECT_THAT(objection_to("remote.storage.enable", "true"), HasSubstr("must be false"));
}

TEST(TopicConfig, ACompactedTopicHasNoRetention) {
  const auto settings = topic_settings({{"cleanup.policy", "compact"}, {"retention.ms", "1000"}});
  EXPECT_FALSE(settings.log.retention_age);
  const auto both = topic_settings({{"cleanup.policy", "compact, delete"}});
  EXPECT_TRUE(both.log.retention_age);
}

TEST(TopicConfig, WhatCompactionGoesByIsTaken) {
  EXPECT_FALSE(topic_settings({}).log.compact);
  EXPECT_TRUE(topic_settings({{"cleanup.policy", "compact"}}).log.compact);
  const auto log = topic_settings({{"cleanup.policy", "delete,compact"},
                                   {"delete.retention.ms", "5"},
                                   {"min.compaction.lag.ms", "6"},
                                   {"max.compaction.lag.ms", "7"},
                                   {"min.cleanable.dirty.ratio", "0.25"}})
                       .log;
  EXPECT_TRUE(log.compact);
  EXPECT_TRUE(log.retention_age);
  EXPECT_EQ(log.tombstone_retention, Millis(5));
  EXPECT_EQ(log.compaction_lag_min, Millis(6));
  EXPECT_EQ(log.compaction_lag_max, Millis(7));
  EXPECT_EQ(log.segment_age, Millis(7));
  EXPECT_EQ(log.dirty_ppm_min, 250'000U);
}

TEST(TopicConfig, MinusOneMeansForEver) {
  const auto settings = topic_settings({{"retention.ms", "-1"}, {"retention.bytes", "500"}});
  EXPECT_FALSE(settings.log.retention_age);
  EXPECT_EQ(settings.log.retention_bytes, 500U);
}

TEST(TopicConfig, DescribingShowsAllKeysAndWhichAreTheTopicsOwn) {
  const auto entries = describe_topic_config({{"segment.ms", "5000"}});
  EXPECT_EQ(entries.size(), topic_config_keys().size());
  const auto segment = std::ranges::find(entries, "segment.ms", &ConfigEntry::name);
  EXPECT_EQ(segment->value(), "5000");
  EXPECT_EQ(segment->source(), ConfigSource::topic);
  EXPECT_EQ(segment->values.back().value, "604800000");
  EXPECT_EQ(std::ranges::count(entries, ConfigSource::topic, &ConfigEntry::source), 1);
}

TEST(TopicConfig, WhatATopicDoesNotSayItTakesFromTheBrokers) {
  const BrokerConfigs brokers{.of_all = {{"log.retention.ms", "1"}, {"log.segment.bytes", "100"}},
                              .of_this = {{"log.retention.ms", "2"}}};
  EXPECT_EQ(topic_settings({}, brokers).log.retention_age, Millis(2));
  EXPECT_EQ(topic_settings({}, brokers).log.segment_bytes, 100U);
  EXPECT_EQ(topic_settings({{"retention.ms", "3"}}, brokers).log.retention_age, Millis(3));
}

TEST(TopicConfig, DescribingShowsWhatAValueHides) {
  const BrokerConfigs brokers{.of_all = {{"log.retention.ms", "1"}},
                              .of_this = {{"log.retention.ms", "2"}}};
  const auto entries = describe_topic_config({{"retention.ms", "3"}}, brokers);
  const auto entry = std::ranges::find(entries, "retention.ms", &ConfigEntry::name);
  std::string shown;
  for (const auto& one : entry->values) {
    shown += fmt::format("{}:{}={} ", static_cast<int>(one.source), one.name, one.value);
  }
  EXPECT_EQ(shown,
            "1:retention.ms=3 2:log.retention.ms=2 3:log.retention.ms=1 "
            "5:log.retention.ms=604800000 ");
}

TEST(BrokerConfig, IsStoredAndReadAgain) {
  const ConfigMap config{{"log.retention.ms", "1"}, {"message.max.bytes", "100"}};
  EXPECT_EQ(decode_broker_config(encode_broker_config(config)).value(), config);
}

TEST(BrokerConfig, DamageIsFound) {
  Bytes stored = encode_broker_config({{"log.retention.ms", "1"}});
  EXPECT_EQ(decode_broker_config(BytesView(stored).first(stored.size() - 1)).error().code(),
            ErrorCode::corrupt);
  stored.push_back({});
  EXPECT_EQ(decode_broker_config(stored).error().code(), ErrorCode::corrupt);
}

TEST(BrokerConfig, OnlyDefaultsOfTopicsCanBeChanged) {
  EXPECT_TRUE(check_broker_config({{"log.retention.ms", "1"}}));
  EXPECT_EQ(check_broker_config({{"num.partitions", "3"}}).error().reason, Reason::invalid_config);
  EXPECT_EQ(check_broker_config({{"log.retention.ms", "soon"}}).error().reason,
            Reason::invalid_config);
}

}  // namespace
}  // namespace tarn::broker
