// Column files that tests can read and break: every row is the line "<partition>/<offset>".
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "platform/os/file_system.h"
#include "services/lake/column_files.h"

namespace tarn::lake::testing {

// Writes through the file system seam, so that its faults reach data files too. Partitioning is
// left out: one file with nulls for all partition columns. A checkpoint is its actions.
class FakeColumnFiles final : public ColumnFiles {
 public:
  explicit FakeColumnFiles(os::FileSystem& files) : files_(files) {}

  sql::ChunkPtr make_chunk(columns::Batch batch) override;
  Result<std::vector<sql::ParquetFile>> write(sql::ParquetJob job) override;
  Status write_checkpoint(const std::string& actions, const std::string& parquet) override;
  Result<std::string> read_checkpoint(const std::string& parquet) override;

 private:
  Status write_file(const std::string& path, std::string_view content);

  os::FileSystem& files_;
  std::mutex mutex_;
  std::map<const sql::Chunk*, std::string> lines_;
};

}  // namespace tarn::lake::testing
