// Offsets by time, by place and by epoch.
#pragma once

#include <optional>

#include "engines/storage/engine.h"
#include "platform/runtime/blocking_pool.h"
#include "platform/runtime/task.h"
#include "services/broker/requests.h"

namespace tarn::broker {

// Looks into one log. The engine finds the batch, the records inside say the exact offset; both on
// a pool thread. Any thread.
class OffsetFinder {
 public:
  OffsetFinder(const storage::Engine& engine, runtime::BlockingPool& pool)
      : engine_(engine), pool_(pool) {}

  // Earliest, newest or by time; the latest is in the state. None: no such record.
  runtime::Awaitable<Answer<std::optional<FoundOffset>>> find(LogId log, OffsetQuery query,
                                                              PartitionState state);
  runtime::Awaitable<Answer<std::optional<EpochEnd>>> epoch_end(LogId log, LeaderEpoch epoch,
                                                                Offset end);

 private:
  Result<std::optional<FoundOffset>> find_at(LogId log, Timestamp at, Offset start) const;
  Result<std::optional<FoundOffset>> find_newest(LogId log, PartitionState state) const;
  Result<LeaderEpoch> epoch_at(LogId log, Offset offset) const;

  const storage::Engine& engine_;
  runtime::BlockingPool& pool_;
};

}  // namespace tarn::broker
