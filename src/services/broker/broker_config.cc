#include "services/broker/broker_config.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

namespace tarn::broker {
namespace {

// Topic settings that Kafka's brokers show as their own defaults, under older names.
struct Inherited {
  std::string_view broker_name;
  std::string_view topic_name;
};
constexpr Inherited kInherited[] = {
    {"compression.type", "compression.type"},
    {"log.cleaner.delete.retention.ms", "delete.retention.ms"},
    {"log.cleanup.policy", "cleanup.policy"},
    {"log.flush.interval.messages", "flush.messages"},
    {"log.index.interval.bytes", "index.interval.bytes"},
    {"log.message.timestamp.after.max.ms", "message.timestamp.after.max.ms"},
    {"log.message.timestamp.before.max.ms", "message.timestamp.before.max.ms"},
    {"log.message.timestamp.type", "message.timestamp.type"},
    {"log.preallocate", "preallocate"},
    {"log.retention.bytes", "retention.bytes"},
    {"log.retention.ms", "retention.ms"},
    {"log.roll.ms", "segment.ms"},
    {"log.segment.bytes", "segment.bytes"},
    {"message.max.bytes", "max.message.bytes"},
    {"min.insync.replicas", "min.insync.replicas"},
    {"unclean.leader.election.enable", "unclean.leader.election.enable"},
};

ConfigEntry entry(std::string_view name, ConfigType type, std::string value, std::string doc) {
  return {.name = std::string(name),
          .value = value,
          .default_value = std::move(value),
          .type = type,
          .doc = std::move(doc),
          .is_default = true,
          .read_only = true};
}

template <class Number>
ConfigEntry number(std::string_view name, ConfigType type, Number value, std::string doc) {
  return entry(name, type, fmt::format("{}", value), std::move(doc));
}

}  // namespace

std::vector<ConfigEntry> describe_broker_config(const BrokerOptions& options) {
  using enum ConfigType;
  const GroupOptions& groups = options.groups;
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(groups.offsets_retention);
  std::vector<ConfigEntry> entries{
      entry("auto.create.topics.enable", boolean,
            options.auto_create == AutoCreate::on ? "true" : "false",
            "Whether a topic is created when a client names it."),
      number("broker.id", int32, 0, "This broker is the only one."),
      number("default.replication.factor", int32, 1, "One replica is served."),
      number("fetch.max.bytes", int32, options.fetch_bytes_max, "The largest answer to a fetch."),
      number("group.initial.rebalance.delay.ms", int32, groups.initial_rebalance_delay.count(),
             "How long a new group waits for more members."),
      number("group.max.session.timeout.ms", int32, groups.session_timeout_max.count(),
             "The longest session timeout of a member."),
      number("group.max.size", int32, groups.members_max, "The largest number of members."),
      number("group.min.session.timeout.ms", int32, groups.session_timeout_min.count(),
             "The shortest session timeout of a member."),
      number("node.id", int32, 0, "This broker is the only one."),
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
  for (ConfigEntry& of_topic : describe_topic_config({})) {
    const auto inherited = std::ranges::find(kInherited, of_topic.name, &Inherited::topic_name);
    if (inherited == std::end(kInherited)) continue;
    of_topic.name = inherited->broker_name;
    of_topic.read_only = true;
    entries.push_back(std::move(of_topic));
  }
  std::ranges::sort(entries, {}, &ConfigEntry::name);
  return entries;
}

}  // namespace tarn::broker
