// The Parquet files of a table, as a list whose states share what they have in common.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace tarn::sql {

// A bound as the column's type has it: int64 (also timestamp in micros, date in days) or text.
using Bound = std::variant<int64_t, std::string>;

// What is known for sure of a column's values in a file: none is below min, none above max.
struct ColumnBounds {
  std::string column;
  std::optional<Bound> min;
  std::optional<Bound> max;
  std::optional<uint64_t> null_count;
};

// A file never changes under its path: what was once read of it is not read again.
struct DataFile {
  std::string path;  // absolute, taken literally (no pattern)
  // One for each of TableSnapshot::partition_columns, in Delta's text form (2024, 2024-09-01,
  // true, 1970-01-01T00:00:00.123456Z); the file need not have these columns.
  std::vector<std::optional<std::string>> partition_values;
  uint64_t rows = 0;                 // 0: not known
  std::vector<ColumnBounds> bounds;  // to leave the file out of queries; may lack columns
};

// A value: copies are cheap, and what one shares with others never changes. A table of many files
// gains a few with each commit; a state of it costs those few, not all.
class DataFiles {
 public:
  DataFiles() = default;
  explicit DataFiles(std::vector<DataFile> files);

  // These files, and more after them.
  [[nodiscard]] DataFiles with(std::vector<DataFile> more) const;

  [[nodiscard]] size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  // The file at a place below size().
  const DataFile& operator[](size_t place) const {
    return (*blocks_[place / kBlockFiles])[place % kBlockFiles];
  }

 private:
  // Blocks are full but the last, which grows by being copied.
  static constexpr size_t kBlockFiles = 256;
  using Block = std::vector<DataFile>;

  std::vector<std::shared_ptr<const Block>> blocks_;
  size_t size_ = 0;
};

}  // namespace tarn::sql
