#include "services/broker/topic_config.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "base/check.h"
#include "services/broker/dynamic_config.h"

namespace tarn::broker {
namespace {

constexpr int64_t kInt32Max = std::numeric_limits<int32_t>::max();
constexpr int64_t kInt64Max = std::numeric_limits<int64_t>::max();
constexpr std::string_view kInt64MaxText = "9223372036854775807";

constexpr std::array<ConfigKey, 28> kKeys{{
    {"cleanup.policy", ConfigType::list, "delete",
     "delete: old segments go by retention. compact: the last record of each key is kept.", 0, 0,
     "compact,delete"},
    {"compression.gzip.level", ConfigType::int32, "-1", "Stored; producers compress.", -1, 9},
    {"compression.lz4.level", ConfigType::int32, "9", "Stored; producers compress.", 1, 17},
    {"compression.type", ConfigType::text, "producer",
     "Stored; batches keep the compression that their producer chose.", 0, 0,
     "uncompressed,zstd,lz4,snappy,gzip,producer"},
    {"compression.zstd.level", ConfigType::int32, "3", "Stored; producers compress.", -131072, 22},
    {"delete.retention.ms", ConfigType::int64, "86400000",
     "How long a compacted topic keeps the marks of deleted keys.", 0, kInt64Max},
    {"file.delete.delay.ms", ConfigType::int64, "60000",
     "Stored; files of removed segments go at once.", 0, kInt64Max},
    {"flush.messages", ConfigType::int64, kInt64MaxText,
     "Stored; every batch is synced before it is acknowledged.", 1, kInt64Max},
    {"flush.ms", ConfigType::int64, kInt64MaxText,
     "Stored; every batch is synced before it is acknowledged.", 0, kInt64Max},
    {"follower.replication.throttled.replicas", ConfigType::list, "",
     "Stored; this broker serves one replica."},
    {"index.interval.bytes", ConfigType::int32, "4096",
     "How many bytes of batches lie between two entries of the offset index.", 0, kInt32Max},
    {"leader.replication.throttled.replicas", ConfigType::list, "",
     "Stored; this broker serves one replica."},
    {"max.compaction.lag.ms", ConfigType::int64, kInt64MaxText,
     "The longest time that a record may stay uncompacted.", 1, kInt64Max},
    {"max.message.bytes", ConfigType::int32, "1048588",
     "The largest batch that is accepted, after compression.", 0, kInt32Max},
    {"message.timestamp.after.max.ms", ConfigType::int64, "3600000",
     "How far in the future the timestamp of a record may be.", 0, kInt64Max},
    {"message.timestamp.before.max.ms", ConfigType::int64, kInt64MaxText,
     "How far in the past the timestamp of a record may be.", 0, kInt64Max},
    {"message.timestamp.type", ConfigType::text, "CreateTime",
     "CreateTime: the producer's time. LogAppendTime: the broker's.", 0, 0,
     "CreateTime,LogAppendTime"},
    {"min.cleanable.dirty.ratio", ConfigType::float64, "0.5",
     "The part of a compacted log that is uncompacted before it is compacted.", 0, 1},
    {"min.compaction.lag.ms", ConfigType::int64, "0",
     "The shortest time that a record stays uncompacted.", 0, kInt64Max},
    {"min.insync.replicas", ConfigType::int32, "1",
     "Stored; this broker serves one replica, synced before it acknowledges.", 1, kInt32Max},
    {"preallocate", ConfigType::boolean, "false", "Stored; the broker reserves space by itself."},
    {"remote.storage.enable", ConfigType::boolean, "false",
     "Tiered storage; this broker has none, so it stays false.", 0, 0, "false"},
    {"retention.bytes", ConfigType::int64, "-1",
     "The size above which the oldest segments of a partition go; -1: no limit.", -1, kInt64Max},
    {"retention.ms", ConfigType::int64, "604800000", "The age above which segments go; -1: never.",
     -1, kInt64Max},
    {"segment.bytes", ConfigType::int32, "1073741824", "The size of a segment file.", 14,
     kInt32Max},
    {"segment.jitter.ms", ConfigType::int64, "0", "Stored; segments roll without jitter.", 0,
     kInt64Max},
    {"segment.ms", ConfigType::int64, "604800000",
     "The age at which a segment is closed even if it is not full.", 1, kInt64Max},
    {"unclean.leader.election.enable", ConfigType::boolean, "false",
     "Stored; this broker serves one replica."},
}};

const ConfigKey* find_key(std::string_view name) {
  const auto* found = std::ranges::lower_bound(kKeys, name, {}, &ConfigKey::name);
  return found != kKeys.end() && found->name == name ? found : nullptr;
}

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_one_of(std::string_view word, std::string_view words) {
  while (!words.empty()) {
    const size_t comma = words.find(',');
    if (words.substr(0, comma) == word) return true;
    if (comma == std::string_view::npos) break;
    words.remove_prefix(comma + 1);
  }
  return false;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool is_list_of(std::string_view list, std::string_view words) {
  if (words.empty()) return true;
  while (true) {
    const size_t comma = list.find(',');
    if (!is_one_of(trim(list.substr(0, comma)), words)) return false;
    if (comma == std::string_view::npos) return true;
    list.remove_prefix(comma + 1);
  }
}

// What is allowed, in words; nothing when the value is fine.
std::optional<std::string> objection(const ConfigKey& key, std::string_view value) {
  switch (key.type) {
    case ConfigType::boolean:
      if (!key.words.empty() && value != key.words) return fmt::format("it must be {}", key.words);
      if (value != "true" && value != "false") return "it must be true or false";
      return std::nullopt;
    case ConfigType::text:
      if (is_one_of(value, key.words)) return std::nullopt;
      return fmt::format("it must be one of {}", key.words);
    case ConfigType::list:
      if (is_list_of(value, key.words)) return std::nullopt;
      return fmt::format("it must be a list of {}", key.words);
    case ConfigType::float64: {
      const auto number = parse_number<double>(value);
      if (number && *number >= static_cast<double>(key.lowest) &&
          *number <= static_cast<double>(key.highest)) {
        return std::nullopt;
      }
      return fmt::format("it must be a number from {} to {}", key.lowest, key.highest);
    }
    case ConfigType::int16:
    case ConfigType::int32:
    case ConfigType::int64: {
      const auto number = parse_number<int64_t>(value);
      if (number && *number >= key.lowest && *number <= key.highest) return std::nullopt;
      return fmt::format("it must be a whole number from {} to {}", key.lowest, key.highest);
    }
  }
  return std::nullopt;
}

// The name under which brokers set the default of a topic's setting; empty: under none.
std::string_view broker_name_of(std::string_view topic_name) {
  const auto keys = inherited_keys();
  const auto found = std::ranges::find(keys, topic_name, &InheritedKey::topic_name);
  return found == keys.end() ? std::string_view() : found->broker_name;
}

// The settings in force: own ones first, then those of the brokers, then the defaults.
class Values {
 public:
  Values(const ConfigMap& own, const BrokerConfigs& brokers) : own_(own), brokers_(brokers) {}

  [[nodiscard]] std::vector<ConfigSynonym> all(const ConfigKey& key) const {
    std::vector<ConfigSynonym> found;
    auto look = [&found](const ConfigMap& in, std::string_view name, ConfigSource source) {
      const auto at = in.find(std::string(name));
      if (at != in.end()) found.push_back({at->first, at->second, source});
    };
    look(own_, key.name, ConfigSource::topic);
    const std::string_view broker_name = broker_name_of(key.name);
    look(brokers_.of_this, broker_name, ConfigSource::dynamic_broker);
    look(brokers_.of_all, broker_name, ConfigSource::dynamic_default);
    found.push_back({std::string(broker_name.empty() ? key.name : broker_name),
                     std::string(key.default_value), ConfigSource::default_value});
    return found;
  }
  [[nodiscard]] std::string text(std::string_view name) const {
    const ConfigKey* key = find_key(name);
    check(key != nullptr, "a known config key");
    return all(*key).front().value;
  }
  [[nodiscard]] int64_t number(std::string_view name) const {
    const auto value = parse_number<int64_t>(text(name));
    check(value.has_value(), "a checked config");
    return *value;
  }
  [[nodiscard]] uint32_t millionths(std::string_view name) const {
    const auto value = parse_number<double>(text(name));
    check(value.has_value(), "a checked config");
    return static_cast<uint32_t>(*value * 1e6);
  }
  [[nodiscard]] Millis millis(std::string_view name) const { return Millis(number(name)); }

 private:
  const ConfigMap& own_;
  const BrokerConfigs& brokers_;
};

}  // namespace

std::span<const ConfigKey> topic_config_keys() {
  return kKeys;
}

Answer<void> check_topic_config(const ConfigMap& config) {
  for (const auto& [name, value] : config) {
    const ConfigKey* key = find_key(name);
    if (key == nullptr) {
      return refuse(Reason::invalid_config, fmt::format("unknown topic config '{}'", name));
    }
    if (auto why = objection(*key, value)) {
      return refuse(Reason::invalid_config,
                    fmt::format("invalid value '{}' for topic config {}: {}", value, name, *why));
    }
  }
  return {};
}

std::vector<ConfigEntry> describe_topic_config(const ConfigMap& config,
                                               const BrokerConfigs& brokers) {
  const Values values(config, brokers);
  std::vector<ConfigEntry> entries;
  for (const ConfigKey& key : kKeys) {
    entries.push_back({.name = std::string(key.name),
                       .type = key.type,
                       .doc = std::string(key.doc),
                       .values = values.all(key)});
  }
  return entries;
}

TopicSettings topic_settings(const ConfigMap& checked, const BrokerConfigs& brokers) {
  const Values values(checked, brokers);
  TopicSettings settings;
  settings.message_bytes_max = static_cast<uint64_t>(values.number("max.message.bytes"));
  settings.log_append_time = values.text("message.timestamp.type") == "LogAppendTime";
  settings.timestamp_before_max = values.millis("message.timestamp.before.max.ms");
  settings.timestamp_after_max = values.millis("message.timestamp.after.max.ms");

  storage::LogConfig& log = settings.log;
  log.segment_bytes = static_cast<uint64_t>(values.number("segment.bytes"));
  log.segment_age = values.millis("segment.ms");
  log.index_interval_bytes = static_cast<uint32_t>(values.number("index.interval.bytes"));
  const bool deletes = values.text("cleanup.policy").find("delete") != std::string_view::npos;
  const int64_t age = values.number("retention.ms");
  const int64_t bytes = values.number("retention.bytes");
  log.retention_age = deletes && age >= 0 ? std::optional(Millis(age)) : std::nullopt;
  log.retention_bytes =
      deletes && bytes >= 0 ? std::optional(static_cast<uint64_t>(bytes)) : std::nullopt;
  log.compact = values.text("cleanup.policy").find("compact") != std::string_view::npos;
  log.tombstone_retention = values.millis("delete.retention.ms");
  log.compaction_lag_min = values.millis("min.compaction.lag.ms");
  log.compaction_lag_max = values.millis("max.compaction.lag.ms");
  log.dirty_ppm_min = values.millionths("min.cleanable.dirty.ratio");
  // Only what is sealed is compacted.
  if (log.compact) log.segment_age = std::min(log.segment_age, log.compaction_lag_max);
  return settings;
}

void write_config(ByteWriter& writer, const ConfigMap& config) {
  auto write_text = [&writer](std::string_view text) {
    writer.write_unsigned_varint(text.size());
    writer.write_text(text);
  };
  writer.write_unsigned_varint(config.size());
  for (const auto& [key, value] : config) {
    write_text(key);
    write_text(value);
  }
}

ConfigMap read_config(ByteReader& reader) {
  auto read_text = [&reader] {
    return std::string(as_text(reader.read_bytes(reader.read_unsigned_varint())));
  };
  ConfigMap config;
  const uint64_t count = reader.read_unsigned_varint();
  for (uint64_t i = 0; i < count && !reader.failed(); ++i) {
    std::string key = read_text();
    config[std::move(key)] = read_text();
  }
  return config;
}

}  // namespace tarn::broker
