// Records into partitions.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "formats/record/validate.h"
#include "platform/os/clock.h"
#include "platform/runtime/blocking_pool.h"
#include "platform/runtime/event.h"
#include "platform/runtime/task.h"
#include "platform/runtime/task_group.h"
#include "services/broker/commit_inbox.h"
#include "services/broker/long_polls.h"
#include "services/broker/requests.h"
#include "services/broker/topic_catalog.h"

namespace tarn::broker {

struct AppenderParts {
  const TopicCatalog& topics;
  storage::Engine& engine;
  CommitInbox& inbox;
  LongPolls& polls;
  const os::Clock& clock;
  boost::asio::any_io_executor executor;
};

// Checks batches against the rules of their topic and hands them to the engine. A compressed batch
// of a client is unfolded to see whether it holds what it promises: here when that is little, else
// on a thread of the appender's own. What is for one log stays in order. I/O thread.
class Appender {
 public:
  using Batches = std::vector<std::pair<TopicPartition, MutableBytes>>;
  using Done = std::move_only_function<void(Answer<std::vector<Produced>>)>;

  explicit Appender(AppenderParts parts);

  // All or none. done: always later, on the I/O thread.
  void append(Batches batches, Origin origin, Done done);
  void close() { is_closed_ = true; }
  // Returns when all that was taken is handed to the engine. After it nothing may be appended.
  runtime::Awaitable<void> stop();

 private:
  struct Checked {
    LogId log;
    size_t bytes = 0;
    std::optional<record::BatchHeader> to_unfold = {};  // its records have not been looked at
    std::optional<Timestamp> append_time = {};
  };
  struct Append {
    Batches batches;
    std::vector<Checked> checked;
    Done done;
  };
  Answer<std::vector<Checked>> check_all(const Batches& batches, Origin origin);
  Answer<Checked> check_batch(const TopicPartition& to, const MutableBytes& batch, Origin origin);
  Answer<void> check_records(const Topic& topic, const record::BatchHeader& header,
                             const MutableBytes& batch, Checked& checked);
  Answer<void> take_facts(const Topic& topic, const record::BatchHeader& header,
                          const record::RecordFacts& facts, std::span<std::byte> batch);
  Answer<void> check_time(const Topic& topic, Timestamp at) const;
  [[nodiscard]] bool must_wait(const std::vector<Checked>& checked) const;
  runtime::Task<void> append_later(std::shared_ptr<Append> append);
  using Unfolded = std::vector<std::optional<record::RecordFacts>>;
  static Result<Unfolded> unfold(const Append& append);
  Answer<void> take_unfolded(const Append& append, const Result<Unfolded>& unfolded);
  void submit(Append append);
  void refuse_all(Refusal refusal, Done done);
  std::vector<Produced> committed(const std::vector<Checked>& checked,
                                  const storage::Committed& results);

  AppenderParts parts_;
  std::map<LogId, size_t> waiting_;  // appends that are being unfolded, or wait for such
  bool is_closed_ = false;
  runtime::Event idle_;
  runtime::BlockingPool unfolder_{1};  // one thread: what comes first is done first
  runtime::TaskGroup tasks_;
};

}  // namespace tarn::broker
