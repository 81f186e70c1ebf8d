// One file of a log: Kafka batches one after the other, byte for byte, and its index.
// The committer writes; any thread reads what is durable. What lies behind the last durable batch
// is unspecified.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "engines/storage/batch_walker.h"
#include "engines/storage/log_index.h"
#include "engines/storage/log_record.h"
#include "formats/record/batch_header.h"
#include "platform/os/file_system.h"

namespace tarn::storage {

// "<folder>/00000000000000000042.log"; of generation 3 "<folder>/00000000000000000042.3.log".
std::string segment_path(const std::string& folder, SegmentName name);
std::string index_path(const std::string& folder, SegmentName name);

class Segment {
 public:
  // A segment as the log's record knows it, which may be a new one without bytes. The file is
  // opened when it is needed.
  Segment(os::FileSystem& files, std::string folder, const SegmentInfo& info,
          uint32_t index_interval_bytes);

  [[nodiscard]] Offset base() const { return name_.base; }
  [[nodiscard]] SegmentName name() const { return name_; }
  // How offsets follow one another in it.
  [[nodiscard]] Offsets offsets() const {
    return name_.generation == 0 ? Offsets::without_gaps : Offsets::with_gaps;
  }
  [[nodiscard]] const std::string& folder() const { return folder_; }
  [[nodiscard]] std::string path() const { return segment_path(folder_, name_); }
  [[nodiscard]] std::string path_of_index() const { return index_path(folder_, name_); }

  // For the committer.

  // Makes the file when the segment is empty; a leftover of that name is overwritten.
  Status open_for_writing();
  [[nodiscard]] uint64_t reserved_bytes() const { return reserved_bytes_; }
  // Makes sure that writes up to this size cannot fail for lack of space.
  Status reserve(uint64_t bytes);
  Status write(uint64_t position, std::span<const BytesView> parts);
  // In order, for each batch written.
  void add_to_index(const record::BatchHeader& header, uint64_t position);
  // What a checkpoint syncs; stays open until then, or a write-back error would be lost.
  [[nodiscard]] std::shared_ptr<os::File> file() const;
  // Gives back what was reserved and not used.
  Status trim();
  void save_index();  // as far as possible; the next reader makes it anew otherwise
  void close();

  // For readers.

  Result<std::shared_ptr<os::File>> open_for_reading() const;
  // Where to begin a search. Reads or makes the index first when that is needed; blocks then.
  Result<IndexEntry> search_start(Offset offset) const;
  Result<IndexEntry> search_start(Timestamp at) const;
  // After the index has been found wrong: the next search makes it from the batches.
  Status rebuild_index() const;
  [[nodiscard]] uint64_t written_bytes() const;
  [[nodiscard]] Timestamp max_timestamp() const;

 private:
  enum class IndexFile { use, ignore };
  Status complete_index(IndexFile file) const;
  Result<LogIndex> front_of_index(uint64_t bytes, IndexFile file) const;
  [[nodiscard]] IndexEntry begin() const { return {name_.base, 0, Timestamp::min()}; }

  os::FileSystem& files_;
  const std::string folder_;
  const SegmentName name_;
  const uint32_t index_interval_bytes_;
  uint64_t reserved_bytes_ = 0;  // the committer's
  mutable std::mutex mutex_;
  std::shared_ptr<os::File> file_;  // open for writing
  mutable LogIndex index_;
};

using SegmentList = std::vector<std::shared_ptr<Segment>>;

}  // namespace tarn::storage
