// Small durable facts of the system, kept in the log itself: cursors, quotas, what is paused.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "platform/os/clock.h"
#include "platform/runtime/task.h"
#include "services/log/log.h"

namespace tarn::state {

struct StateOptions {
  TopicName topic = TopicName("__tarn_state");
  size_t live_bytes_max = 16 << 20;  // of all keys and values together
  size_t rewrite_bytes = 8 << 20;  // after so many bytes of changes all live entries are rewritten
  size_t batch_bytes_max = 1 << 20;
};

// A map of keys to JSON texts over one internal topic of one partition, whose records are the
// changes; a null value removes its key. All of it lies in memory. The topic is kept by size, not
// by compaction: the store rewrites its live entries often enough that what retention takes is
// always superseded (docs/formats/state.md). All calls on the log's thread.
class StateStore {
 public:
  StateStore(log::Log& log, const os::Clock& clock, StateOptions options);

  // Creates the topic if need be and reads it; before anything else.
  runtime::Task<void> load();

  [[nodiscard]] std::optional<std::string> get(const std::string& key) const;
  // Keys that start with the prefix, in order.
  [[nodiscard]] std::map<std::string, std::string> list(std::string_view prefix) const;

  // None: remove.
  using Changes = std::map<std::string, std::optional<std::string>>;
  runtime::Task<void> put(std::string key, std::string json);
  // The records and the changes become durable together, or not at all: how a cursor moves only
  // with its records. get() sees the changes when this returns. An error leaves open whether they
  // are durable only if it is unavailable or timed_out. The offsets are those of the records.
  runtime::Task<std::vector<Offset>> commit(std::vector<log::RecordBatch> records, Changes changes);

 private:
  [[nodiscard]] Status check_size(const Changes& changes) const;
  // Adds batches that hold the changes.
  void write(const Changes& changes, std::vector<log::RecordBatch>& batches) const;
  [[nodiscard]] Changes all_entries() const;
  void apply(const Changes& changes);
  Status replay(BytesView batch);

  log::Log& log_;
  const os::Clock& clock_;
  StateOptions options_;
  std::map<std::string, std::string> entries_;
  size_t live_bytes_ = 0;
  size_t bytes_since_rewrite_ = 0;
  size_t commits_under_way_ = 0;
};

}  // namespace tarn::state
