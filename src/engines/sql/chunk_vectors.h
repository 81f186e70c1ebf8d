// The inside of a Chunk. Private to the module.
#pragma once

#include <memory>
#include <vector>

#include "engines/sql/chunk.h"
#include "engines/sql/vectors.h"

namespace tarn::sql {

// Pieces of at most DuckDB's vector size, and the texts that they point to.
class Chunk::Vectors {
 public:
  explicit Vectors(columns::Batch batch);
  ~Vectors();

  // A piece is immutable, but vectors can only be referred to by a non-const reference.
  [[nodiscard]] const std::vector<std::unique_ptr<duckdb::DataChunk>>& pieces() const {
    return pieces_;
  }
  [[nodiscard]] uint64_t bytes() const { return bytes_; }

 private:
  std::vector<TextTree> texts_;
  std::vector<std::unique_ptr<duckdb::DataChunk>> pieces_;
  uint64_t bytes_ = 0;
};

}  // namespace tarn::sql
