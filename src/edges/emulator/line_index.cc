#include "edges/emulator/line_index.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/core.h>

#include "formats/json/value.h"

namespace tarn::emulator {
namespace {

constexpr int64_t kLinesPerPosition = 64;
constexpr size_t kReadBytes = 256 << 10;
constexpr size_t kLineBytesMax = 16 << 20;

// Lines one after the other, from a position on.
class LineReader {
 public:
  LineReader(const os::File& file, uint64_t position) : file_(file), position_(position) {}

  struct Line {
    uint64_t position = 0;
    std::string text;
  };
  // None at the end. Empty lines are passed over.
  Result<std::optional<Line>> next() {
    while (true) {
      const size_t end = buffer_.find('\n', used_);
      if (end == std::string::npos && !at_end_) {
        TRY(fill());
        continue;
      }
      const size_t stop = std::min(end, buffer_.size());
      Line line{position_ + used_, buffer_.substr(used_, stop - used_)};
      if (end == std::string::npos && line.text.empty()) return std::optional<Line>();
      used_ = std::min(stop + 1, buffer_.size());
      if (line.text.ends_with('\r')) line.text.pop_back();
      if (!line.text.empty()) return std::optional(std::move(line));
    }
  }

 private:
  Status fill() {
    buffer_.erase(0, used_);
    position_ += used_;
    used_ = 0;
    if (buffer_.size() > kLineBytesMax) {
      return Error(
          ErrorCode::invalid_argument,
          fmt::format("the line at byte {} is longer than {} bytes", position_, kLineBytesMax));
    }
    const size_t kept = buffer_.size();
    buffer_.resize(kept + kReadBytes);
    const auto room = std::as_writable_bytes(std::span(buffer_).subspan(kept));
    const size_t size = TRY(file_.read_at(position_ + kept, room));
    buffer_.resize(kept + size);
    at_end_ = size < kReadBytes;
    return {};
  }

  const os::File& file_;
  uint64_t position_;  // of the buffer's first byte
  std::string buffer_;
  size_t used_ = 0;
  bool at_end_ = false;
};

}  // namespace

Result<LineIndex> LineIndex::open(os::FileSystem& files, const std::string& path) {
  auto file = TRY(files.open(path, os::OpenMode::read));
  LineIndex index(std::move(file));
  LineReader reader(*index.file_, 0);
  while (auto line = TRY(reader.next())) {
    const auto value = json::parse(line->text);
    if (!value || value->kind() != json::Kind::object) {
      return Error(ErrorCode::invalid_argument,
                   fmt::format("{}: record {} is not a JSON object{}", path, index.lines_ + 1,
                               value ? "" : ": " + value.error().message()));
    }
    if (index.lines_ % kLinesPerPosition == 0) index.positions_.push_back(line->position);
    ++index.lines_;
  }
  return index;
}

Result<std::vector<std::string>> LineIndex::read(int64_t first, int64_t count) const {
  std::vector<std::string> lines;
  if (first < 0 || first >= lines_ || count <= 0) return lines;
  const auto group = static_cast<size_t>(first / kLinesPerPosition);
  LineReader reader(*file_, positions_[group]);
  for (int64_t number = first / kLinesPerPosition * kLinesPerPosition; number < first + count;
       ++number) {
    auto line = TRY(reader.next());
    if (!line) break;
    if (number >= first) lines.push_back(std::move(line->text));
  }
  return lines;
}

}  // namespace tarn::emulator
