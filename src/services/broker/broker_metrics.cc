#include "services/broker/broker_metrics.h"

#include <map>
#include <string>
#include <utility>

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
constexpr Name kLeader{"kafka_topic_partition_leader", "Node that leads a partition"};
constexpr Name kReplicas{"kafka_topic_partition_replicas", "Number of replicas of a partition"};
constexpr Name kInSync{"kafka_topic_partition_in_sync_replica",
                       "Number of replicas of a partition that are in sync"};
constexpr Name kUnderReplicated{"kafka_topic_partition_under_replicated_partition",
                                "1 when a replica of a partition is not in sync"};
constexpr Name kUndecided{"tarn_topic_partition_undecided_records",
                          "Records that wait for the end of a transaction"};
constexpr Name kHeld{"tarn_topic_partition_held_bytes",
                     "Bytes past their retention that are kept for a table that needs them"};
constexpr Name kMembers{"kafka_consumergroup_members", "Number of members of a consumer group"};
constexpr Name kCommitted{"kafka_consumergroup_current_offset",
                          "Committed offset of a consumer group at a partition"};
constexpr Name kLag{"kafka_consumergroup_lag",
                    "Records of a partition that a consumer group has not committed"};
constexpr Name kCommittedSum{"kafka_consumergroup_current_offset_sum",
                             "Committed offsets of a consumer group in a topic, together"};
constexpr Name kLagSum{"kafka_consumergroup_lag_sum",
                       "Records of a topic that a consumer group has not committed"};
constexpr Name kOffline{"kafka_server_replicamanager_offlinereplicacount",
                        "Number of partitions that cannot be written to"};
constexpr Name kUnderMinimum{"kafka_server_replicamanager_underminisrpartitioncount",
                             "Number of partitions with too few replicas in sync"};

class Page {
 public:
  explicit Page(telemetry::MetricRegistry& metrics) : metrics_(metrics) {
    // What is gone is not shown any more.
    for (const Name& name :
         {kPartitions, kNewest, kOldest, kLeader, kReplicas, kInSync, kUnderReplicated, kUndecided,
          kHeld, kMembers, kCommitted, kLag, kCommittedSum, kLagSum}) {
      metrics_.clear_gauges(name.name);
    }
  }
  void set(const Name& name, const telemetry::Labels& labels, int64_t value) {
    metrics_.gauge(name.name, name.help, labels).set(static_cast<double>(value));
  }

 private:
  telemetry::MetricRegistry& metrics_;
};

// One replica is served, and it is in sync.
void show_partition(const Broker& broker, const TopicPartition& which, const PartitionState& state,
                    Page& page) {
  const telemetry::Labels labels{{"topic", which.topic.value()},
                                 {"partition", std::to_string(which.partition.value())}};
  page.set(kNewest, labels, state.high_watermark.value());
  page.set(kOldest, labels, state.log_start.value());
  page.set(kLeader, labels, broker.options().node_id);
  page.set(kReplicas, labels, 1);
  page.set(kInSync, labels, state.quarantined ? 0 : 1);
  page.set(kUnderReplicated, labels, state.quarantined ? 1 : 0);
  page.set(kUndecided, labels, state.high_watermark - state.last_stable);
  const auto held = broker.held_records(which);
  if (held) page.set(kHeld, labels, static_cast<int64_t>(held->bytes));
}

void show_topics(const Broker& broker, Page& page) {
  int64_t offline = 0;
  for (const auto& [name, topic] : broker.topics().all()) {
    page.set(kPartitions, {{"topic", name.value()}}, topic.partition_count());
    for (int32_t i = 0; i < topic.partition_count(); ++i) {
      const TopicPartition which{name, PartitionId(i)};
      const auto state = broker.partition_state(which);
      if (!state) continue;
      show_partition(broker, which, *state, page);
      if (state->quarantined) ++offline;
    }
  }
  page.set(kOffline, {}, offline);
  page.set(kUnderMinimum, {}, offline);
}

void show_groups(const Broker& broker, Page& page) {
  for (const GroupListing& group : broker.groups().list()) {
    const std::string& id = group.id.value();
    page.set(kMembers, {{"consumergroup", id}}, static_cast<int64_t>(group.members));
    std::map<std::string, std::pair<int64_t, int64_t>> sums;  // offsets and lag by topic
    for (const auto& [of, committed] : broker.groups().fetch_offsets(group.id).offsets) {
      const telemetry::Labels labels{{"consumergroup", id},
                                     {"topic", of.topic.value()},
                                     {"partition", std::to_string(of.partition.value())}};
      page.set(kCommitted, labels, committed.offset.value());
      const auto state = broker.partition_state(of);
      const int64_t lag = state ? state->high_watermark - committed.offset : 0;
      if (state) page.set(kLag, labels, lag);
      auto& [offset_sum, lag_sum] = sums[of.topic.value()];
      offset_sum += committed.offset.value();
      lag_sum += lag;
    }
    for (const auto& [topic, sum] : sums) {
      const telemetry::Labels labels{{"consumergroup", id}, {"topic", topic}};
      page.set(kCommittedSum, labels, sum.first);
      page.set(kLagSum, labels, sum.second);
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
