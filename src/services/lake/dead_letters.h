// Records that are no rows, kept with their reason in <topic>.dead-letter.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "platform/os/clock.h"
#include "platform/runtime/task.h"
#include "services/lake/rows.h"
#include "services/lake/table_store.h"
#include "services/log/log.h"

namespace tarn::lake {

inline constexpr std::string_view kDeadLetterSuffix = ".dead-letter";

// A dead letter has the key "topic/partition/offset" of its record, the record's value, the time at
// which it was written (retention goes by it), and the headers tarn.table, tarn.reason, tarn.time
// and tarn.key (the record's own time and key). Each position is
// there once for each table, however often its commit is tried: the end of the topic at the last
// commit is part of the commit, and what lies after it is looked at before anything is appended.
// On the log's thread.
class DeadLetters {
 public:
  DeadLetters(log::Log& log, const os::Clock& clock, std::string table)
      : log_(log), clock_(clock), table_(std::move(table)) {}

  // topics: those that the table reads; from: what the last commit says, where it says it.
  runtime::Task<void> load(std::vector<TopicName> topics, Positions from);
  // Durable when it returns. Those that are there already are passed over.
  runtime::Task<void> append(TopicName topic, std::vector<RowsPtr> rows);
  // The ends that the commit is to note, and the ids of their topics.
  [[nodiscard]] const Positions& ends() const { return ends_; }
  [[nodiscard]] const TopicIds& topics() const { return topics_; }
  // The ends are part of a commit now.
  void committed();
  [[nodiscard]] uint64_t appended() const { return appended_; }

 private:
  runtime::Task<void> scan(TopicPartition partition, std::optional<Offset> from);
  Status remember(BytesView batch);

  log::Log& log_;
  const os::Clock& clock_;
  std::string table_;
  std::vector<TopicName> read_topics_;
  Positions noted_;
  bool is_doubtful_ = false;     // an append failed: it may have got through
  std::set<std::string> known_;  // keys of this table's letters after the noted ends
  Positions ends_;
  TopicIds topics_;
  uint64_t appended_ = 0;
};

}  // namespace tarn::lake
