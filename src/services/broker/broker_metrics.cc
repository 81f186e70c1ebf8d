#include "services/broker/broker_metrics.h"

#include <string>

#include "services/broker/broker.h"

namespace tarn::broker {
namespace {

struct Name {
  const char* name;
  const char* help;
};
constexpr Name kPartitions{"kafka_topic_partitions", "Number of partitions of a topic"};
constexpr Name kNewest{"kafka_topic_partition_current_offset",
                       "Offset after the last durable record of a partition"};
constexpr Name kOldest{"kafka_topic_partition_oldest_offset",
                       "Offset of the first record of a partition"};
constexpr Name kHeld{"tarn_topic_partition_held_bytes",
                     "Bytes past their retention that are kept for a table that needs them"};
constexpr Name kMembers{"kafka_consumergroup_members", "Number of members of a consumer group"};
constexpr Name kCommitted{"kafka_consumergroup_current_offset",
                          "Committed offset of a consumer group at a partition"};
constexpr Name kLag{"kafka_consumergroup_lag",
                    "Records of a partition that a consumer group has not committed"};

class Page {
 public:
  explicit Page(telemetry::MetricRegistry& metrics) : metrics_(metrics) {
    // What is gone is not shown any more.
    for (const Name& name : {kPartitions, kNewest, kOldest, kHeld, kMembers, kCommitted, kLag}) {
      metrics_.clear_gauges(name.name);
    }
  }
  void set(const Name& name, const telemetry::Labels& labels, int64_t value) {
    metrics_.gauge(name.name, name.help, labels).set(static_cast<double>(value));
  }

 private:
  telemetry::MetricRegistry& metrics_;
};

void show_topics(const Broker& broker, Page& page) {
  for (const auto& [name, topic] : broker.topics().all()) {
    page.set(kPartitions, {{"topic", name.value()}}, topic.partition_count());
    for (int32_t i = 0; i < topic.partition_count(); ++i) {
      const auto state = broker.partition_state({name, PartitionId(i)});
      if (!state) continue;
      const telemetry::Labels labels{{"topic", name.value()}, {"partition", std::to_string(i)}};
      page.set(kNewest, labels, state->high_watermark.value());
      page.set(kOldest, labels, state->log_start.value());
      const auto held = broker.held_records({name, PartitionId(i)});
      if (held) page.set(kHeld, labels, static_cast<int64_t>(held->bytes));
    }
  }
}

void show_groups(const Broker& broker, Page& page) {
  for (const GroupListing& group : broker.groups().list()) {
    const std::string& id = group.id.value();
    page.set(kMembers, {{"consumergroup", id}},
             static_cast<int64_t>(broker.groups().describe(group.id).members.size()));
    for (const auto& [of, committed] : broker.groups().fetch_offsets(group.id).offsets) {
      const telemetry::Labels labels{{"consumergroup", id},
                                     {"topic", of.topic.value()},
                                     {"partition", std::to_string(of.partition.value())}};
      page.set(kCommitted, labels, committed.offset.value());
      const auto state = broker.partition_state(of);
      if (state) page.set(kLag, labels, state->high_watermark - committed.offset);
    }
  }
}

}  // namespace

BrokerMetrics::BrokerMetrics(const Broker& broker, telemetry::MetricRegistry& metrics)
    : broker_(std::make_shared<const Broker*>(&broker)) {
  metrics.gauge("kafka_brokers", "Number of brokers").set(1);
  metrics.before_render([weak = std::weak_ptr(broker_), &metrics] {
    const auto alive = weak.lock();
    if (!alive) return;
    Page page(metrics);
    show_topics(**alive, page);
    show_groups(**alive, page);
  });
}

}  // namespace tarn::broker
