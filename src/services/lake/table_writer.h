// Carries records of topics into one table.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "platform/runtime/event.h"
#include "platform/runtime/task_group.h"
#include "services/lake/dead_letters.h"
#include "services/lake/lake.h"
#include "services/lake/row_decoder.h"
#include "services/lake/table_store.h"
#include "services/lake/table_views.h"
#include "services/lake/tail_budget.h"

namespace tarn::lake {

struct TableWriterOptions {
  TableSpec spec;
  std::string staging;  // a folder on the disk that tables fill
  uint64_t disk_reserve_bytes = 0;
  Millis retry_first = std::chrono::milliseconds(200);
  Millis retry_longest = std::chrono::seconds(30);
};

// Reads committed records of all partitions, decodes them into the tail, and commits the tail when
// it is old or large enough; one commit is under way at a time, decoding goes on meanwhile. What
// fails and passes (a full disk, a read-only folder) is retried for ever, while the topic keeps the
// data; what does not pass stops the table with a sentence. On the executor's thread.
class TableWriter final {
 public:
  TableWriter(TableWriterOptions options, LakeParts parts, std::unique_ptr<TableStore> store,
              TableViews& views, TailBudget& budget);

  // To be spawned once; ends after finish().
  runtime::Task<void> run();
  // Commits what is decoded if the deadline allows, and returns when run() has ended.
  runtime::Awaitable<void> finish(os::MonotonicTime deadline);
  runtime::Task<void> flush();
  void pause();
  void resume();
  [[nodiscard]] TableStatus status() const;

 private:
  // One partition: what is committed, decoded, and read ahead.
  struct Source {
    TopicPartition partition;
    Uuid topic_id;
    Offset committed;
    Offset position;
    log::PartitionOffsets offsets;
    std::vector<SharedBytes> batches;
    Offset next;  // where to read on after the batches, and what was passed over between them
    std::optional<Error> failure;
    bool is_ready = false;  // what was read, or a failure, waits to be taken
  };

  runtime::Task<void> work();
  runtime::Task<void> open();
  runtime::Task<void> find_sources();
  runtime::Task<void> add_source(TopicPartition partition, Uuid topic_id);
  runtime::Task<void> read(Source* source);
  runtime::Task<void> loop();
  runtime::Task<void> step(Source* source);
  runtime::Task<void> skip_gap(Source* source);
  Status note_lost(const Source& source);
  void note_missing(std::string what);
  runtime::Task<void> commit(CommitRequestPtr request);
  runtime::Task<void> try_commit(CommitRequestPtr request);
  // Blocks.
  [[nodiscard]] Status check_space() const;
  void committed(const CommitRequest& request);
  runtime::Task<void> after_commit();
  runtime::Awaitable<void> wait_for_retry(Millis& delay);

  void start_commit();
  runtime::Task<Positions> ends();
  [[nodiscard]] bool is_committed(const Positions& targets) const;
  [[nodiscard]] bool is_commit_due() const;
  [[nodiscard]] bool is_flush_reached() const;
  [[nodiscard]] Source* next_ready();
  [[nodiscard]] os::MonotonicTime next_look() const;
  [[nodiscard]] int64_t lag() const;
  void hold_records() const;
  void clear_tail();
  void set_state(TableState state, std::string reason = "");
  void publish();
  void update_metrics();

  TableWriterOptions options_;
  LakeParts parts_;
  std::unique_ptr<TableStore> store_;
  TableViews& views_;
  DeadLetters dead_letters_;

  std::unique_ptr<RowDecoder> decoder_;  // at work on the pool now and then
  columns::Schema schema_;               // of the decoder after its last call
  std::deque<Source> sources_;           // never moved: their readers refer to them
  Positions opened_;                     // positions of the table when it was opened
  std::deque<RowsPtr> tail_;
  uint64_t tail_rows_ = 0;
  os::MonotonicTime tail_since_{};
  size_t committing_ = 0;  // parts of the tail under way
  int settling_ = 0;       // commits that are done, with what follows under way
  std::optional<Error> commit_failure_;
  os::MonotonicTime next_search_{};

  TableState state_ = TableState::starting;
  std::string reason_;
  uint64_t failures_ = 0;  // how often something had to wait or stop
  std::vector<std::string> notices_;
  size_t notices_committed_ = 0;
  std::optional<Timestamp> last_commit_;
  bool is_paused_ = false;
  bool is_finishing_ = false;
  bool is_resumed_ = false;
  bool is_ended_ = false;
  os::MonotonicTime finish_by_{};
  Positions flush_to_;

  runtime::Event wake_;     // something to do for the loop or the readers
  runtime::Event changed_;  // state or positions, for those who wait from outside
  std::unique_ptr<runtime::TaskGroup> tasks_;
  TailBudget::Share share_;  // of what the tail holds
};

}  // namespace tarn::lake
