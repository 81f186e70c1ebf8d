// Records out of partitions.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "engines/storage/engine.h"
#include "platform/os/clock.h"
#include "platform/runtime/blocking_pool.h"
#include "platform/runtime/task.h"
#include "services/broker/long_polls.h"
#include "services/broker/requests.h"
#include "services/broker/topic_catalog.h"

namespace tarn::broker {

struct FetcherParts {
  const TopicCatalog& topics;
  storage::Engine& engine;
  runtime::BlockingPool& pool;
  LongPolls& polls;
  const os::Clock& clock;
  boost::asio::any_io_executor executor;
};

// Reads from the engine's cache, or from the disk, one pool thread for all partitions of a fetch,
// and waits for more. While a fetch waits it holds no records. I/O thread.
class Fetcher {
 public:
  explicit Fetcher(FetcherParts parts) : parts_(std::move(parts)) {}

  runtime::Awaitable<FetchAnswer> fetch(FetchRequest request);
  [[nodiscard]] Answer<PartitionState> state(const TopicPartition& of) const;
  // Refuses when the client's epoch is not the partition's.
  static Answer<void> check_epoch(const PartitionState& state, std::optional<LeaderEpoch> current);
  // From the cache or the disk.
  runtime::Awaitable<Result<storage::ReadResult>> read(LogId log, Offset from, size_t bytes_max);

 private:
  struct Reading;
  struct Space;
  struct Pass {
    FetchAnswer answers;
    size_t bytes = 0;
    bool is_refused = false;  // some partition
  };
  runtime::Awaitable<Pass> read_all(const FetchRequest* request);
  [[nodiscard]] Reading begin(const FetchPartition& wanted, Isolation isolation) const;
  // Reads them in order as far as the cache goes: those that are left want the disk.
  [[nodiscard]] std::span<Reading> read_cached(std::span<Reading> readings, Space& space) const;
  // Any thread; blocks.
  void read_stored(std::span<Reading> readings, Space& space) const;
  [[nodiscard]] Answer<Fetched> finish(Reading reading, Isolation isolation) const;
  // Has a partition changed since it was read?
  [[nodiscard]] bool has_more(const FetchRequest& request, const FetchAnswer& answers) const;
  [[nodiscard]] std::vector<LogId> logs_of(const FetchRequest& request) const;

  FetcherParts parts_;
};

}  // namespace tarn::broker
