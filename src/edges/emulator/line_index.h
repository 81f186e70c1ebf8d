// The lines of a JSON Lines file, found without reading it into memory.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "platform/os/file_system.h"

namespace tarn::emulator {

// Remembers every 64th line's position: half a byte a line. Any thread after opening.
class LineIndex {
 public:
  // Reads the file once. not_found; invalid_argument names a line that is not a JSON object. Empty
  // lines are passed over; a last line needs no line feed.
  static Result<LineIndex> open(os::FileSystem& files, const std::string& path);

  [[nodiscard]] int64_t size() const { return lines_; }
  // The lines from `first` on, at most `count`, without their line feeds.
  [[nodiscard]] Result<std::vector<std::string>> read(int64_t first, int64_t count) const;

 private:
  explicit LineIndex(std::unique_ptr<os::File> file) : file_(std::move(file)) {}

  std::unique_ptr<os::File> file_;
  int64_t lines_ = 0;
  std::vector<uint64_t> positions_;
};

}  // namespace tarn::emulator
