// Kafka's topic configuration: its keys, types, defaults and sentences
// (https://kafka.apache.org/documentation/#topicconfigs).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"
#include "engines/storage/types.h"
#include "services/broker/answer.h"

namespace tarn::broker {

// By Kafka's keys, as text.
using ConfigMap = std::map<std::string, std::string>;

// Numbers as in Kafka's DescribeConfigs answer.
enum class ConfigType : int8_t {
  boolean = 1,
  text = 2,
  int32 = 3,
  int16 = 4,
  int64 = 5,
  float64 = 6,
  list = 7,
};

struct ConfigKey {
  std::string_view name;
  ConfigType type;
  std::string_view default_value;
  std::string_view doc;
  // Numbers: the range; texts and lists: the allowed words, comma-separated, empty: any.
  int64_t lowest = 0;
  int64_t highest = 0;
  std::string_view words = {};
};

// Who has set a value. Numbers as in Kafka's DescribeConfigs answer.
enum class ConfigSource : int8_t {
  topic = 1,
  dynamic_broker = 2,   // this broker, while it ran
  dynamic_default = 3,  // all brokers, while they ran
  static_broker = 4,    // its start
  default_value = 5,
};

struct ConfigSynonym {
  std::string name;
  std::string value;
  ConfigSource source = ConfigSource::default_value;
};

// A setting, for DescribeConfigs.
struct ConfigEntry {
  std::string name;
  ConfigType type = ConfigType::text;
  std::string doc;
  bool read_only = false;
  // The value in force, then those that it hides, up to the default. Never empty.
  std::vector<ConfigSynonym> values;

  [[nodiscard]] const std::string& value() const { return values.front().value; }
  [[nodiscard]] ConfigSource source() const { return values.front().source; }
};

// What was set for brokers while they ran, by their names for it (dynamic_config.h). Topics that
// say nothing themselves take it over.
struct BrokerConfigs {
  ConfigMap of_all;
  ConfigMap of_this;  // goes before
};

// All keys that a topic may set, sorted by name.
std::span<const ConfigKey> topic_config_keys();
// invalid_config, with the key, what was given and what is allowed.
Answer<void> check_topic_config(const ConfigMap& config);
// In force for a topic with these own settings.
std::vector<ConfigEntry> describe_topic_config(const ConfigMap& config,
                                               const BrokerConfigs& brokers = {});

// The settings the broker acts upon, out of checked maps.
struct TopicSettings {
  uint64_t message_bytes_max = 0;
  bool log_append_time = false;
  Millis timestamp_before_max{};
  Millis timestamp_after_max{};
  storage::LogConfig log;
};
TopicSettings topic_settings(const ConfigMap& checked, const BrokerConfigs& brokers = {});

// A varint, and so many pairs of texts, each with a varint before it.
void write_config(ByteWriter& writer, const ConfigMap& config);
ConfigMap read_config(ByteReader& reader);

}  // namespace tarn::broker
