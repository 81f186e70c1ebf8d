// Rows that are not in a file yet, as the SQL engine reads them.
#pragma once

#include <cstdint>
#include <memory>

#include "formats/columns/column.h"

namespace tarn::sql {

// Immutable; any thread; independent of an Engine. Kept in the engine's own layout, so that a scan
// copies nothing.
class Chunk {
 public:
  class Vectors;
  Chunk(columns::Schema schema, std::unique_ptr<const Vectors> vectors, uint64_t rows,
        uint64_t bytes);
  ~Chunk();

  [[nodiscard]] const columns::Schema& schema() const { return schema_; }
  [[nodiscard]] uint64_t rows() const { return rows_; }
  // Memory held, for the budget.
  [[nodiscard]] uint64_t bytes() const { return bytes_; }
  [[nodiscard]] const Vectors& vectors() const { return *vectors_; }

 private:
  columns::Schema schema_;
  std::unique_ptr<const Vectors> vectors_;
  uint64_t rows_;
  uint64_t bytes_;
};

using ChunkPtr = std::shared_ptr<const Chunk>;

// Takes the batch over; texts are not copied. Costs little, may run on any thread.
ChunkPtr make_chunk(columns::Batch batch);

}  // namespace tarn::sql
