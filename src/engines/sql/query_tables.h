// The tables that one query reads, each looked up once. Private to the module.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "engines/sql/table_catalog.h"

namespace tarn::sql {

// Any thread.
class QueryTables {
 public:
  explicit QueryTables(TableCatalog& catalog) : catalog_(catalog) {}

  // schema: empty or main for tables, log for topics. None when there is no such table, or when it
  // cannot be had: error_for_missing() then says why.
  std::optional<size_t> find(const std::string& schema, const std::string& name);
  [[nodiscard]] TableSnapshotPtr snapshot(size_t id) const;
  // Of the first name that find() did not find; none when there was none.
  [[nodiscard]] std::optional<Error> error_for_missing();
  // What SHOW TABLES lists: schema and name.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> names();
  // A RowSource failed while the query ran.
  void set_failure(Error error);
  [[nodiscard]] std::optional<Error> failure() const;

 private:
  TableCatalog& catalog_;
  mutable std::mutex mutex_;
  std::vector<TableSnapshotPtr> snapshots_;
  std::map<std::pair<std::string, std::string>, std::optional<size_t>> found_;
  std::optional<std::pair<std::string, std::string>> missing_;
  std::optional<Error> failure_;
};

}  // namespace tarn::sql
