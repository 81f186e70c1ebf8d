// A log in memory, for the tests of its users.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/random.h"
#include "platform/runtime/event.h"
#include "services/log/log.h"

namespace tarn::log::testing {

class MemoryLog final : public Log {
 public:
  explicit MemoryLog(boost::asio::any_io_executor executor);

  runtime::Task<TopicDescription> ensure_topic(TopicSpec spec) override;
  runtime::Task<std::vector<TopicDescription>> topics() override;
  runtime::Task<std::vector<Offset>> append(std::vector<RecordBatch> batches) override;
  runtime::Task<Read> read(TopicPartition from, Offset offset, ReadOptions options) override;
  runtime::Task<PartitionOffsets> offsets(TopicPartition of) override;
  runtime::Task<std::optional<Offset>> offset_at(TopicPartition of, Timestamp at) override;
  runtime::Task<void> commit_offsets(GroupId group, OffsetsByPartition offsets) override;
  runtime::Task<OffsetsByPartition> committed_offsets(GroupId group) override;

  // What the world does to a topic.
  void delete_topic(const TopicName& name);
  void delete_records_before(const TopicPartition& partition, Offset start);
  // Asked before every append; what it returns is the append's error.
  void before_append(std::function<Status(const std::vector<RecordBatch>&)> hook) {
    before_append_ = std::move(hook);
  }

 private:
  struct Partition {
    std::vector<SharedBytes> batches;
    Offset start;
    Offset end;
  };
  struct Topic {
    TopicDescription description;
    std::vector<Partition> partitions;
  };

  Result<Partition*> find(const TopicPartition& of);
  static Read read_now(const Partition& partition, Offset offset, size_t bytes_max);

  runtime::Event appended_;
  std::map<TopicName, Topic> topics_;
  std::map<GroupId, OffsetsByPartition> committed_;
  std::function<Status(const std::vector<RecordBatch>&)> before_append_;
  Random random_{17};
};

}  // namespace tarn::log::testing
