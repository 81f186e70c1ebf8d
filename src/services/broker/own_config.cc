#include "services/broker/own_config.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

namespace tarn::broker {
namespace {

constexpr std::string_view kCleanerBackoff = "log.cleaner.backoff.ms";
// Kafka takes any number; longer than a year means the same as a year, 0 the same as 1.
constexpr Millis kShortest = Millis(1);
constexpr Millis kLongest = std::chrono::years(1);

std::optional<int64_t> parse(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

// What was set while the broker ran; this broker's own first.
std::vector<ConfigSynonym> values_set(const BrokerConfigs& configs) {
  std::vector<ConfigSynonym> values;
  auto look = [&values](const ConfigMap& in, ConfigSource source) {
    const auto at = in.find(std::string(kCleanerBackoff));
    if (at != in.end()) values.push_back({at->first, at->second, source});
  };
  look(configs.of_this, ConfigSource::dynamic_broker);
  look(configs.of_all, ConfigSource::dynamic_default);
  return values;
}

ConfigSynonym value_of(Millis interval, ConfigSource source) {
  return {std::string(kCleanerBackoff), fmt::format("{}", interval.count()), source};
}

}  // namespace

bool is_own_config(std::string_view name) {
  return name == kCleanerBackoff;
}

Answer<void> check_own_config(std::string_view name, std::string_view value) {
  if (!is_own_config(name)) {
    return refuse(Reason::invalid_config, fmt::format("'{}' is no setting of the broker", name));
  }
  if (parse(value)) return {};
  return refuse(
      Reason::invalid_config,
      fmt::format("invalid value '{}' for {}: it must be a whole number from 0", value, name));
}

Millis compaction_interval(const BrokerConfigs& configs, Millis at_start) {
  const auto values = values_set(configs);
  const auto chosen = values.empty() ? std::nullopt : parse(values.front().value);
  return std::clamp(chosen ? Millis(*chosen) : at_start, kShortest, kLongest);
}

std::vector<ConfigEntry> describe_own_config(const BrokerConfigs& configs, Millis at_start,
                                             Millis by_default) {
  ConfigEntry entry{.name = std::string(kCleanerBackoff),
                    .type = ConfigType::int64,
                    .doc =
                        "How long the broker waits before it looks again for what is to be "
                        "compacted.",
                    .values = values_set(configs)};
  if (at_start != by_default) {
    entry.values.push_back(value_of(at_start, ConfigSource::static_broker));
  }
  entry.values.push_back(value_of(by_default, ConfigSource::default_value));
  return {std::move(entry)};
}

}  // namespace tarn::broker
