// The journal's files: written once with zeros and used again and again, so that a sync carries
// data and no metadata. The ring grows with load; a file is free again when a checkpoint covers
// all its rounds. One thread writes rounds; release() and grow() may come from another.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.h"
#include "engines/storage/checkpoint_format.h"
#include "engines/storage/journal_writer.h"
#include "platform/os/file_system.h"

namespace tarn::storage {

struct JournalRingOptions {
  std::string directory;
  uint64_t file_bytes = 0;
  size_t files_max = 0;
  uint64_t disk_reserve_bytes = 0;
};

class JournalRing {
 public:
  // The paths of the files that are there; the folder is made when missing.
  static Result<std::vector<std::string>> list(os::FileSystem& files, const std::string& directory);
  // All files are taken as free: call it after recovery. Makes the first file when there is none.
  // The first round will be point.round + 1 of a later lap than point.lap.
  static Result<std::unique_ptr<JournalRing>> open(os::FileSystem& files,
                                                   JournalRingOptions options,
                                                   const JournalPoint& point);

  enum class Room {
    ready,
    full,      // a checkpoint has to release a file first
    no_space,  // the disk or the ring will never hold that much
  };
  // Makes sure that a round of this size fits, in the current file or the next one.
  Result<Room> make_room(size_t round_bytes);

  // Writes the round and syncs; it is durable when this returns. Any error is final.
  Status write(const RoundWriter& round, Timestamp at);

  // The last round written, and where.
  [[nodiscard]] JournalPoint point() const;
  // The files whose rounds are all at or below this one are free.
  void release(uint64_t round);
  [[nodiscard]] bool is_released(uint64_t round) const;

  // Part of the ring that is in use, 0 to 1.
  [[nodiscard]] double fill() const;
  [[nodiscard]] bool wants_to_grow() const;
  // Adds a file ahead of need. Errors leave the ring as it is.
  Status grow();
  [[nodiscard]] size_t round_bytes_max() const;
  [[nodiscard]] size_t file_bytes() const { return options_.file_bytes; }

 private:
  struct RingFile {
    std::string path;
    std::shared_ptr<os::File> file;
    uint64_t capacity = 0;
    uint64_t last_round = 0;  // free when a checkpoint covers it
  };

  JournalRing(os::FileSystem& files, JournalRingOptions options, const JournalPoint& point)
      : files_(files), options_(std::move(options)), released_round_(point.round), point_(point) {}
  Status adopt(const std::string& path);
  Result<RingFile> make_file(const std::string& path, uint64_t capacity);
  Status add_file(uint64_t capacity);
  [[nodiscard]] bool has_disk_for(uint64_t bytes) const;
  bool take_free_file(size_t round_bytes);
  [[nodiscard]] bool is_free(const RingFile& file) const {
    return file.last_round <= released_round_;
  }

  os::FileSystem& files_;
  const JournalRingOptions options_;

  mutable std::mutex mutex_;
  uint64_t released_round_ = 0;
  uint64_t next_name_ = 1;
  std::deque<std::shared_ptr<RingFile>> ring_;
  std::shared_ptr<RingFile> current_;
  uint64_t position_ = 0;  // in the current file
  JournalPoint point_;
};

}  // namespace tarn::storage
