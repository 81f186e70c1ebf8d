// A table of JSON Lines objects that topics are written to, exactly once.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "engines/objectstore/object_store.h"
#include "platform/os/file_system.h"
#include "platform/runtime/blocking_pool.h"
#include "services/lake/lake.h"
#include "services/lake/object_commit.h"
#include "services/lake/object_commits.h"
#include "services/lake/path_template.h"
#include "services/lake/staging.h"
#include "services/lake/table_spec.h"
#include "services/lake/table_store.h"

namespace tarn::lake {

// A commit stages its objects as files, says in one record what they are to be named and how far
// they reach (this is the commit), publishes them, and says that it is done. An opening publishes
// what a record names and removes what none does. An object is never overwritten: a taken name gets
// the next number.
class ObjectTable final : public TableStore {
 public:
  ObjectTable(TableSpec spec, std::string staging, const LakeParts& parts, ObjectCommits& commits);

  runtime::Task<Positions> open(TopicIds topics) override;
  runtime::Task<void> commit(CommitRequestPtr request) override;
  runtime::Task<void> maintain() override;
  [[nodiscard]] CommittedTablePtr committed() const override { return committed_; }

 private:
  using Names = std::vector<std::string>;

  // Blocking, on the pool.
  Result<std::vector<StagedObject>> stage(const CommitRequest& request, const Uuid& id);
  Result<StagedObject> stage_object(const std::string& folder, const std::string& staged,
                                    const std::vector<const Line*>& lines, const Names& taken);
  Result<std::string> free_name(Timestamp first, const Names& taken);
  // False when names were taken in between: the objects have new ones, to be recorded first.
  Result<bool> publish(ObjectCommit& commit);
  Status publish_left(const StagedObject& object, const std::string& file);
  Result<bool> has_marker(const Uuid& table_id);
  Status put_marker(const Uuid& table_id);
  Result<Names> list();

  runtime::Task<void> record(ObjectCommit commit);
  runtime::Task<void> publish_all();
  Status check_topics(const TopicIds& topics) const;
  void show(Names published);

  TableSpec spec_;
  objectstore::ObjectStore& store_;
  os::FileSystem& files_;
  ColumnFiles& columns_;
  runtime::BlockingPool& pool_;
  ObjectCommits& commits_;
  std::string folder_;
  PathTemplate path_;
  Staging staging_;
  Random random_;

  ObjectCommit last_;                    // what is recorded
  std::optional<ObjectCommit> pending_;  // staged, and perhaps recorded
  bool is_recorded_ = false;
  Names objects_;  // published by done commits
  CommittedTablePtr committed_;
};

}  // namespace tarn::lake
