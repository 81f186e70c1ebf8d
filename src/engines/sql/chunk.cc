#include "engines/sql/chunk.h"

#include <algorithm>
#include <duckdb.hpp>
#include <utility>

#include <duckdb/common/types/data_chunk.hpp>

#include "engines/sql/chunk_vectors.h"

namespace tarn::sql {

Chunk::Vectors::Vectors(columns::Batch batch) : texts_(batch.columns.size()) {
  duckdb::vector<duckdb::LogicalType> types;
  for (size_t column = 0; column < batch.columns.size(); ++column) {
    types.push_back(to_logical(batch.columns[column].type()));
    take_texts(batch.columns[column], texts_[column]);
    bytes_ += bytes_of(texts_[column]);
  }
  for (size_t begin = 0; begin < batch.rows(); begin += STANDARD_VECTOR_SIZE) {
    const size_t count = std::min<size_t>(batch.rows() - begin, STANDARD_VECTOR_SIZE);
    auto piece = std::make_unique<duckdb::DataChunk>();
    piece->Initialize(duckdb::Allocator::DefaultAllocator(), types, count);
    for (size_t column = 0; column < types.size(); ++column) {
      fill_vector(piece->data[column], batch.columns[column], texts_[column], begin, count);
    }
    piece->SetCardinality(count);
    bytes_ += piece->GetAllocationSize();
    pieces_.push_back(std::move(piece));
  }
}

Chunk::Vectors::~Vectors() = default;

Chunk::Chunk(columns::Schema schema, std::unique_ptr<const Vectors> vectors, uint64_t rows,
             uint64_t bytes)
    : schema_(std::move(schema)), vectors_(std::move(vectors)), rows_(rows), bytes_(bytes) {}
Chunk::~Chunk() = default;

ChunkPtr make_chunk(columns::Batch batch) {
  columns::Schema schema = batch.schema;
  const uint64_t rows = batch.rows();
  auto vectors = std::make_unique<const Chunk::Vectors>(std::move(batch));
  const uint64_t bytes = vectors->bytes();
  return std::make_shared<const Chunk>(std::move(schema), std::move(vectors), rows, bytes);
}

}  // namespace tarn::sql
