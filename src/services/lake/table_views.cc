#include "services/lake/table_views.h"

#include <algorithm>

namespace tarn::lake {
namespace {

sql::TableSnapshotPtr snapshot_of(TableView view) {
  auto snapshot = std::make_shared<sql::TableSnapshot>();
  if (view.committed) {
    snapshot->schema = view.committed->schema;
    snapshot->partition_columns = view.committed->partition_columns;
    snapshot->files = view.committed->files;
    snapshot->rows = view.committed->rows;
  }
  // The tail's columns are at least as wide as those of the table where both know a column.
  for (const auto& field : view.tail_schema.fields) {
    const auto at = snapshot->schema.find(field.name);
    if (at) {
      snapshot->schema.fields[*at] = field;
    } else {
      snapshot->schema.fields.push_back(field);
    }
  }
  snapshot->tail = std::move(view.tail);
  return snapshot;
}

}  // namespace

void TableViews::publish(const std::string& table, TableView view) {
  auto snapshot = snapshot_of(std::move(view));
  const std::lock_guard lock(mutex_);
  tables_[table].swap(snapshot);
}

void TableViews::remove(const std::string& table) {
  const std::lock_guard lock(mutex_);
  tables_.erase(table);
}

std::vector<std::string> TableViews::names() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [name, snapshot] : tables_) names.push_back(name);
  return names;
}

Result<sql::TableSnapshotPtr> TableViews::table(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  auto found = tables_.find(name);
  if (found == tables_.end()) {
    found = std::ranges::find_if(tables_, [&](const auto& item) {
      return columns::fold_name(item.first) == columns::fold_name(name);
    });
  }
  if (found == tables_.end()) return Error(ErrorCode::not_found, "there is no table " + name);
  return found->second;
}

}  // namespace tarn::lake
