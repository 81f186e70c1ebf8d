#include "edges/api/committed_tables.h"

namespace tarn::api {

Result<sql::TableSnapshotPtr> CommittedTables::table(const std::string& name) {
  auto snapshot = TRY(all_.table(name));
  if (snapshot->tail.empty() && !snapshot->rows) return snapshot;
  auto committed = std::make_shared<sql::TableSnapshot>(*snapshot);
  committed->tail.clear();
  committed->rows = nullptr;
  return sql::TableSnapshotPtr(std::move(committed));
}

}  // namespace tarn::api
