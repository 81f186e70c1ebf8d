#include "services/lake/testing/fake_column_files.h"

#include <algorithm>

namespace tarn::lake::testing {

sql::ChunkPtr FakeColumnFiles::make_chunk(columns::Batch batch) {
  std::string lines;
  const auto* partitions = batch.find("_partition");
  const auto* offsets = batch.find("_offset");
  for (size_t row = 0; row < batch.rows(); ++row) {
    lines += std::to_string(partitions->int64_at(row)) + "/" +
             std::to_string(offsets->int64_at(row)) + "\n";
  }
  auto chunk = sql::make_chunk(std::move(batch));
  const std::lock_guard lock(mutex_);
  lines_[chunk.get()] = std::move(lines);
  return chunk;
}

Status FakeColumnFiles::write_file(const std::string& path, std::string_view content) {
  auto file = TRY(files_.open(path, os::OpenMode::create_new));
  const BytesView bytes = as_bytes(content);
  return file->write_at(0, std::span(&bytes, 1));
}

Result<std::vector<sql::ParquetFile>> FakeColumnFiles::write(sql::ParquetJob job) {
  std::string content;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& chunk : job.chunks) content += lines_.at(chunk.get());
  }
  const auto path = job.directory + "/rows.parquet";
  TRY(write_file(path, content));
  sql::ParquetFile file{.path = path, .bytes = content.size()};
  file.rows = static_cast<uint64_t>(std::ranges::count(content, '\n'));
  file.partition_values.resize(job.partition_by.size());
  return std::vector{std::move(file)};
}

Status FakeColumnFiles::write_checkpoint(const std::string& actions, const std::string& parquet) {
  return write_file(parquet, as_text(TRY(os::read_file(files_, actions))));
}

Result<std::string> FakeColumnFiles::read_checkpoint(const std::string& parquet) {
  return std::string(as_text(TRY(os::read_file(files_, parquet))));
}

}  // namespace tarn::lake::testing
