// JSON Lines objects as rows, for SQL.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engines/objectstore/object_store.h"
#include "engines/sql/table_catalog.h"
#include "services/lake/column_files.h"

namespace tarn::lake {

// Reads one object after the other into the schema that the table has now. An object that is gone
// is passed over: objects are the operator's to move away.
class ObjectRows final : public sql::RowSource {
 public:
  using Names = std::shared_ptr<const std::vector<std::string>>;

  ObjectRows(objectstore::ObjectStore& store, ColumnFiles& columns, columns::Schema schema,
             Names objects)
      : store_(store),
        columns_(columns),
        schema_(std::move(schema)),
        objects_(std::move(objects)) {}

  Result<sql::ChunkPtr> next() override;

 private:
  sql::ChunkPtr decode(std::string_view lines);

  objectstore::ObjectStore& store_;
  ColumnFiles& columns_;
  columns::Schema schema_;
  Names objects_;
  size_t next_ = 0;
};

}  // namespace tarn::lake
