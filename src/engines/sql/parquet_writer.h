// Chunks to Parquet files by DuckDB's COPY. Private to the module.
#pragma once

#include <vector>

#include "base/error.h"
#include "engines/sql/parquet_job.h"

namespace tarn::sql {

class Engine;

Result<std::vector<ParquetFile>> write_parquet(Engine& engine, ParquetJob job);

}  // namespace tarn::sql
