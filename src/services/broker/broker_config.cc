#include "services/broker/broker_config.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "services/broker/dynamic_config.h"
#include "services/broker/own_config.h"

namespace tarn::broker {
namespace {

ConfigEntry entry(std::string_view name, ConfigType type, std::string value, std::string doc) {
  return {.name = std::string(name),
          .type = type,
          .doc = std::move(doc),
          .read_only = true,
          .values = {{.name = std::string(name), .value = std::move(value)}}};
}

template <class Number>
ConfigEntry number(std::string_view name, ConfigType type, Number value, std::string doc) {
  return entry(name, type, fmt::format("{}", value), std::move(doc));
}

// What is set at the start.
std::vector<ConfigEntry> entries_of(const BrokerOptions& options) {
  using enum ConfigType;
  const GroupOptions& groups = options.groups;
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(groups.offsets_retention);
  return {
      entry("auto.create.topics.enable", boolean,
            options.auto_create == AutoCreate::on ? "true" : "false",
            "Whether a topic is created when a client names it."),
      number("broker.id", int32, options.node_id, "This broker is the only one."),
      number("default.replication.factor", int32, 1, "One replica is served."),
      number("fetch.max.bytes", int32, options.fetch_bytes_max, "The largest answer to a fetch."),
      entry("group.consumer.assignors", list, "uniform,range",
            "What the broker can assign with in the consumer protocol."),
      number("group.consumer.heartbeat.interval.ms", int32,
             groups.consumer_heartbeat_interval.count(),
             "How often a member of the consumer protocol gives a sign of life."),
      number("group.consumer.max.size", int32, groups.members_max,
             "The largest number of members in the consumer protocol."),
      entry("group.consumer.migration.policy", text, "disabled",
            "A group changes its protocol when it has no members."),
      number("group.consumer.session.timeout.ms", int32, groups.consumer_session_timeout.count(),
             "After how long without a sign of life a member of the consumer protocol is gone."),
      entry("group.coordinator.rebalance.protocols", list, "classic,consumer",
            "The group protocols that are served."),
      number("group.initial.rebalance.delay.ms", int32, groups.initial_rebalance_delay.count(),
             "How long a new group waits for more members."),
      number("group.max.session.timeout.ms", int32, groups.session_timeout_max.count(),
             "The longest session timeout of a member."),
      number("group.max.size", int32, groups.members_max, "The largest number of members."),
      number("group.min.session.timeout.ms", int32, groups.session_timeout_min.count(),
             "The shortest session timeout of a member."),
      number("node.id", int32, options.node_id, "This broker is the only one."),
      number("num.partitions", int32, options.default_partitions,
             "The partitions of a topic that is created without saying how many."),
      number("offset.metadata.max.bytes", int32, groups.offset_metadata_bytes_max,
             "The longest text that may be committed with an offset."),
      number("offsets.retention.minutes", int32, minutes.count(),
             "How long a group without members keeps its offsets."),
      number("offsets.topic.num.partitions", int32, groups.offsets_partitions,
             "The partitions of __consumer_offsets when it is created."),
      number("offsets.topic.replication.factor", int16, 1, "One replica is served."),
  };
}

}  // namespace

std::vector<ConfigEntry> describe_broker_config(const BrokerOptions& options,
                                                const BrokerConfigs& configs) {
  auto entries = entries_of(options);
  const BrokerOptions untouched{.groups = {}, .transactions = {}};
  const auto defaults = entries_of(untouched);
  for (size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].value() == defaults[i].value()) continue;
    entries[i].values.front().source = ConfigSource::static_broker;
    entries[i].values.push_back(defaults[i].values.front());
  }
  for (ConfigEntry& of_topic : describe_topic_config({}, configs)) {
    const auto keys = inherited_keys();
    const auto inherited = std::ranges::find(keys, of_topic.name, &InheritedKey::topic_name);
    if (inherited == keys.end()) continue;
    of_topic.name = inherited->broker_name;
    entries.push_back(std::move(of_topic));
  }
  for (ConfigEntry& own :
       describe_own_config(configs, options.compaction_interval, untouched.compaction_interval)) {
    entries.push_back(std::move(own));
  }
  std::ranges::sort(entries, {}, &ConfigEntry::name);
  return entries;
}

}  // namespace tarn::broker
