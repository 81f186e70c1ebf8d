// What the lake needs of a columnar engine: the seam at which tests put a fake, because the real
// one writes files behind the back of the file system seam.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "engines/sql/chunk.h"
#include "engines/sql/parquet_job.h"

namespace tarn::sql {
class Engine;
}

namespace tarn::lake {

// All calls block; any thread.
class ColumnFiles {
 public:
  virtual ~ColumnFiles() = default;
  virtual sql::ChunkPtr make_chunk(columns::Batch batch) = 0;
  // Files in the job's folder, not synced.
  virtual Result<std::vector<sql::ParquetFile>> write(sql::ParquetJob job) = 0;
  // actions: a local file of JSON lines, one action each; the checkpoint is written beside it.
  virtual Status write_checkpoint(const std::string& actions, const std::string& parquet) = 0;
  // The same lines back.
  virtual Result<std::string> read_checkpoint(const std::string& parquet) = 0;
};

class SqlColumnFiles final : public ColumnFiles {
 public:
  explicit SqlColumnFiles(sql::Engine& engine) : engine_(engine) {}
  sql::ChunkPtr make_chunk(columns::Batch batch) override;
  Result<std::vector<sql::ParquetFile>> write(sql::ParquetJob job) override;
  Status write_checkpoint(const std::string& actions, const std::string& parquet) override;
  Result<std::string> read_checkpoint(const std::string& parquet) override;

 private:
  sql::Engine& engine_;
};

}  // namespace tarn::lake
