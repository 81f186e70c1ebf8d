// The seam log::Log over the embedded broker.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "services/broker/broker.h"
#include "services/log/log.h"

namespace tarn::broker {

// For users inside the process: the same topics, records and offsets that Kafka clients see.
class EmbeddedLog final : public log::Log {
 public:
  explicit EmbeddedLog(Broker& broker) : broker_(broker) {}

  runtime::Task<log::TopicDescription> ensure_topic(log::TopicSpec spec) override;
  runtime::Task<std::vector<log::TopicDescription>> topics() override;
  runtime::Task<std::vector<Offset>> append(std::vector<log::RecordBatch> batches) override;
  runtime::Task<log::Read> read(TopicPartition from, Offset offset,
                                log::ReadOptions options) override;
  runtime::Task<log::PartitionOffsets> offsets(TopicPartition of) override;
  runtime::Task<std::optional<Offset>> offset_at(TopicPartition of, Timestamp at) override;
  runtime::Task<void> commit_offsets(GroupId group, log::OffsetsByPartition offsets) override;
  runtime::Task<log::OffsetsByPartition> committed_offsets(GroupId group) override;

 private:
  Broker& broker_;
};

}  // namespace tarn::broker
