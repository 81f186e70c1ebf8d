// Tables without their uncommitted rows.
#pragma once

#include <string>
#include <vector>

#include "engines/sql/table_catalog.h"

namespace tarn::api {

// For endpoints that read: committed. Topics stay as they are: their records are all durable.
class CommittedTables final : public sql::TableCatalog {
 public:
  explicit CommittedTables(sql::TableCatalog& all) : all_(all) {}

  Result<sql::TableSnapshotPtr> table(const std::string& name) override;
  Result<sql::TableSnapshotPtr> topic(const std::string& name) override { return all_.topic(name); }
  std::vector<std::string> table_names() override { return all_.table_names(); }
  std::vector<std::string> topic_names() override { return all_.topic_names(); }

 private:
  sql::TableCatalog& all_;
};

}  // namespace tarn::api
