// A Delta table that topics are written to: files and positions in one entry of its log.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "platform/os/clock.h"
#include "platform/runtime/blocking_pool.h"
#include "services/lake/delta_log.h"
#include "services/lake/staging.h"
#include "services/lake/table_spec.h"
#include "services/lake/table_store.h"

namespace tarn::lake {

struct DeltaTableOptions {
  TableSpec spec;
  std::string staging;  // this table's own folder
  std::string cluster_id;
  int checkpoint_every = 10;
  Millis log_retention = std::chrono::hours(24 * 30);  // unless the table's properties say another
};

// The table's txn actions are the truth about its positions: appId <table id>/<generation>/<cluster
// id>/<topic id>/<partition>, version the next offset. A second writer of the same positions is
// found by them, and this one stops.
class DeltaTable final : public TableStore {
 public:
  DeltaTable(DeltaTableOptions options, objectstore::ObjectStore& store, os::FileSystem& files,
             ColumnFiles& columns, runtime::BlockingPool& pool, const os::Clock& clock);

  runtime::Task<Positions> open(TopicIds topics) override;
  runtime::Task<void> commit(CommitRequestPtr request) override;
  runtime::Task<void> maintain() override;
  [[nodiscard]] CommittedTablePtr committed() const override { return committed_; }

 private:
  // Files that are published and wait for their entry.
  struct Prepared {
    Uuid id;
    std::vector<table_format::AddFile> files;
    uint64_t rows = 0;
  };

  struct Outcome {
    CommittedTablePtr table;
    std::optional<DeltaLog::Checkpoint> checkpoint;
  };

  // On the pool, one at a time.
  Result<Positions> open_now(const TopicIds& topics);
  Result<Outcome> commit_now(const CommitRequest& request);
  Status check_table() const;
  Result<Positions> positions(const TopicIds& topics) const;
  Status prepare(const CommitRequest& request);
  Result<std::vector<sql::ParquetFile>> write_files(const CommitRequest& request,
                                                    const std::string& folder);
  // True when the prepared entry is found among the newer ones.
  Result<bool> catch_up(const CommitRequest& request);
  Result<std::vector<table_format::Action>> entry(const CommitRequest& request);
  Result<std::optional<table_format::Metadata>> changed_metadata(const CommitRequest& request);
  void apply(int64_t version, const std::vector<table_format::Action>& actions);
  void list_data_files();
  // Empty where it cannot be read: then nothing is known of the columns of a file.
  [[nodiscard]] columns::Schema schema_now() const;
  [[nodiscard]] sql::DataFile data_file(const table_format::AddFile& file,
                                        const columns::Schema& schema) const;
  Status undo_unfinished();
  [[nodiscard]] std::string checkpoint_folder() const;
  std::optional<DeltaLog::Checkpoint> due_checkpoint();
  std::optional<Timestamp> due_cleanup(Timestamp now);
  [[nodiscard]] std::string position_id(const table_format::Metadata& metadata, const Uuid& topic,
                                        std::optional<PartitionId> partition) const;
  [[nodiscard]] Result<CommittedTablePtr> view() const;

  DeltaTableOptions options_;
  objectstore::ObjectStore& store_;
  os::FileSystem& files_;
  ColumnFiles& columns_;
  runtime::BlockingPool& pool_;
  const os::Clock& clock_;
  std::string folder_;
  DeltaLog log_;
  Staging staging_;
  Random random_;

  table_format::DeltaSnapshot snapshot_;
  sql::DataFiles data_files_;  // the snapshot's, for SQL
  bool is_readable_ = false;
  std::optional<Prepared> prepared_;
  int64_t last_checkpoint_ = -1;
  Timestamp last_checkpoint_at_{};
  std::optional<Timestamp> last_cleanup_at_;

  // On the executor's thread.
  std::optional<DeltaLog::Checkpoint> pending_checkpoint_;
  bool is_maintaining_ = false;
  CommittedTablePtr committed_;
};

}  // namespace tarn::lake
