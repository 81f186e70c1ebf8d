// Which files of a table a query's filters leave. Private to the module; its DuckDB types are only
// named here.
#pragma once

#include <functional>
#include <vector>

#include "engines/sql/table_catalog.h"

namespace duckdb {
class ClientContext;
class Expression;
struct MultiFilePushdownInfo;
}  // namespace duckdb

namespace tarn::sql {

// Looks at the filters once and then at many files. A file is left out only when no row of it can
// make all filters true: by its partition values, or by the bounds of its columns. What it does not
// understand, or what is not known of a file, keeps the file.
class FileFilter {
 public:
  // A row must make all filters true. All that is given outlives this object.
  FileFilter(duckdb::ClientContext& context, const TableSnapshot& snapshot,
             const duckdb::MultiFilePushdownInfo& info,
             const std::vector<const duckdb::Expression*>& filters);

  [[nodiscard]] bool may_match(const DataFile& file) const { return test_(file); }

 private:
  std::function<bool(const DataFile&)> test_;
};

}  // namespace tarn::sql
