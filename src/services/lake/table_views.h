// What SQL sees of the tables: published by the writers, read by queries.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "engines/sql/table_catalog.h"
#include "services/lake/table_store.h"

namespace tarn::lake {

// A state of a table: its last commit and the rows decoded since. A row is in one of the two.
struct TableView {
  CommittedTablePtr committed;
  columns::Schema tail_schema;
  std::vector<sql::ChunkPtr> tail;
};

// Any thread.
class TableViews {
 public:
  void publish(const std::string& table, TableView view);
  void remove(const std::string& table);
  // not_found with the names that there are.
  Result<sql::TableSnapshotPtr> table(const std::string& name) const;
  std::vector<std::string> names() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, sql::TableSnapshotPtr> tables_;
};

}  // namespace tarn::lake
