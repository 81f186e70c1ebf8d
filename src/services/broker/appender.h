// Records into partitions.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "platform/os/clock.h"
#include "platform/runtime/task.h"
#include "services/broker/commit_inbox.h"
#include "services/broker/long_polls.h"
#include "services/broker/requests.h"
#include "services/broker/topic_catalog.h"

namespace tarn::broker {

// Checks batches against the rules of their topic and hands them to the engine. I/O thread.
class Appender {
 public:
  using Batches = std::vector<std::pair<TopicPartition, MutableBytes>>;
  using Done = std::move_only_function<void(Answer<std::vector<Produced>>)>;

  Appender(const TopicCatalog& topics, storage::Engine& engine, CommitInbox& inbox,
           LongPolls& polls, const os::Clock& clock)
      : topics_(topics), engine_(engine), inbox_(inbox), polls_(polls), clock_(clock) {}

  // All or none. done: always later, on the I/O thread.
  void append(Batches batches, Origin origin, Done done);
  void close() { is_closed_ = true; }

 private:
  struct Checked {
    LogId log;
    size_t bytes = 0;
    std::optional<Timestamp> append_time;
  };
  Answer<std::vector<Checked>> check_all(const Batches& batches, Origin origin);
  Answer<Checked> check_batch(const TopicPartition& to, const MutableBytes& batch, Origin origin);
  Answer<void> check_time(const Topic& topic, Timestamp newest) const;
  std::vector<Produced> committed(const std::vector<Checked>& checked,
                                  const storage::Committed& results);

  const TopicCatalog& topics_;
  storage::Engine& engine_;
  CommitInbox& inbox_;
  LongPolls& polls_;
  const os::Clock& clock_;
  bool is_closed_ = false;
};

}  // namespace tarn::broker
