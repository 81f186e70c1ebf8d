// The topics of this broker.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/uuid.h"
#include "services/broker/answer.h"
#include "services/broker/dynamic_config.h"
#include "services/broker/topic_config.h"

namespace tarn::broker {

// Of the broker and of tarn itself: names that begin with two underscores.
inline bool is_internal(const TopicName& name) {
  return name.value().starts_with("__");
}

struct Topic {
  TopicName name;
  Uuid id;                         // another one for each incarnation
  int16_t replication_factor = 1;  // as asked for; one replica is served
  std::vector<LogId> partitions;   // by partition number
  ConfigMap config;                // what differs from the defaults
  TopicSettings settings;          // derived from config and the brokers' (TopicCatalog::put)

  [[nodiscard]] bool is_internal() const { return broker::is_internal(name); }
  [[nodiscard]] int32_t partition_count() const { return static_cast<int32_t>(partitions.size()); }
};

// 1 to 249 of a-z A-Z 0-9 . _ - and neither "." nor "..": a topic name is a folder name.
Answer<void> check_topic_name(const TopicName& name);

// Names, ids and logs of the topics, and what the brokers set for all of them: a value without I/O.
// What changes it is durable before, as metadata of the storage engine in the same transaction as
// the logs. Each entry there has the key "topic/<name>" and the value that encode_topic gives
// (docs/formats/broker-metadata.md).
class TopicCatalog {
 public:
  // From the engine's metadata; other keys are not looked at. corrupt when an entry is no topic.
  static Result<TopicCatalog> load(const std::map<std::string, Bytes>& metadata);

  [[nodiscard]] const Topic* find(const TopicName& name) const;
  [[nodiscard]] const Topic* find(const Uuid& id) const;
  [[nodiscard]] Answer<LogId> log_of(const TopicPartition& partition) const;
  // Sorted by name.
  [[nodiscard]] const std::map<TopicName, Topic>& all() const { return topics_; }
  [[nodiscard]] size_t partition_count() const { return partition_count_; }
  // Another one after every change; of this process only.
  [[nodiscard]] int64_t version() const { return version_; }
  // A name that differs only in '.' and '_', which share a metric name in Kafka; none: nullptr.
  [[nodiscard]] const Topic* find_colliding(const TopicName& name) const;

  // What was set for brokers while they ran.
  [[nodiscard]] const BrokerConfigs& broker_configs() const { return broker_configs_; }
  void set_broker_config(BrokerScope scope, ConfigMap config);
  // In force for a topic with these own settings.
  [[nodiscard]] TopicSettings settings_of(const ConfigMap& own) const {
    return topic_settings(own, broker_configs_);
  }

  void put(Topic topic);
  void remove(const TopicName& name);

 private:
  ConfigMap& config_of(BrokerScope scope) {
    return scope == BrokerScope::all ? broker_configs_.of_all : broker_configs_.of_this;
  }

  BrokerConfigs broker_configs_;
  std::map<TopicName, Topic> topics_;
  std::map<Uuid, TopicName> names_;
  size_t partition_count_ = 0;
  int64_t version_ = 0;
};

std::string topic_key(const TopicName& name);
Bytes encode_topic(const Topic& topic);
Result<Topic> decode_topic(const TopicName& name, BytesView bytes);

}  // namespace tarn::broker
