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

// One value as it is in force, for DescribeConfigs.
struct ConfigEntry {
  std::string name;
  std::string value;
  std::string default_value;
  ConfigType type = ConfigType::text;
  std::string doc;
  bool is_default = true;
  bool read_only = false;
};

// All keys that a topic may set, sorted by name.
std::span<const ConfigKey> topic_config_keys();
// invalid_config, with the key, what was given and what is allowed.
Answer<void> check_topic_config(const ConfigMap& config);
// In force for a topic with these own settings.
std::vector<ConfigEntry> describe_topic_config(const ConfigMap& config);

// The settings the broker acts upon, out of a checked map.
struct TopicSettings {
  uint64_t message_bytes_max = 0;
  bool log_append_time = false;
  Millis timestamp_before_max{};
  Millis timestamp_after_max{};
  storage::LogConfig log;
};
TopicSettings topic_settings(const ConfigMap& checked);

}  // namespace tarn::broker
