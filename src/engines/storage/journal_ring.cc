#include "engines/storage/journal_ring.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"

namespace tarn::storage {
namespace {

constexpr std::string_view kSuffix = ".journal";

uint64_t number_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return std::strtoull(path.c_str() + (slash == std::string::npos ? 0 : slash + 1), nullptr, 10);
}

Status write_zeros(os::File& file, uint64_t bytes) {
  constexpr uint64_t kStepBytes = 1 << 20;
  const Bytes zeros(std::min(bytes, kStepBytes));
  for (uint64_t position = 0; position < bytes; position += kStepBytes) {
    const BytesView part = BytesView(zeros).first(std::min(kStepBytes, bytes - position));
    TRY(file.write_at(position, std::span(&part, 1)));
  }
  return file.sync();
}

}  // namespace

Result<std::vector<std::string>> JournalRing::list(os::FileSystem& files,
                                                   const std::string& directory) {
  TRY(os::make_directories(files, directory));
  std::vector<std::string> paths;
  for (const os::DirectoryEntry& entry : TRY(files.list(directory))) {
    if (entry.name.ends_with(kSuffix)) paths.push_back(directory + "/" + entry.name);
  }
  std::ranges::sort(paths);
  return paths;
}

Result<std::unique_ptr<JournalRing>> JournalRing::open(os::FileSystem& files,
                                                       JournalRingOptions options,
                                                       const JournalPoint& point) {
  check(options.files_max >= 2 && options.file_bytes >= kJournalPageBytes,
        "a ring has two files or more, a file one page or more");
  const std::string directory = options.directory;
  std::unique_ptr<JournalRing> ring(new JournalRing(files, std::move(options), point));
  for (const std::string& path : TRY(list(files, directory))) TRY(ring->adopt(path));
  // A crash may have come between the making of a file and the sync of its name.
  TRY(files.sync_directory(directory));
  if (ring->ring_.empty()) TRY(ring->add_file(ring->options_.file_bytes));
  check(ring->take_free_file(0), "a ring just opened is free");
  return ring;
}

Status JournalRing::adopt(const std::string& path) {
  RingFile ring_file{.path = path};
  ring_file.file = TRY(files_.open(path, os::OpenMode::read_write));
  ring_file.capacity = TRY(ring_file.file->size());
  next_name_ = std::max(next_name_, number_of(path) + 1);
  if (ring_file.capacity < options_.file_bytes) {  // a crash while it was made
    TRY(write_zeros(*ring_file.file, options_.file_bytes));
    ring_file.capacity = options_.file_bytes;
  }
  ring_file.capacity -= ring_file.capacity % kJournalPageBytes;
  ring_.push_back(std::make_shared<RingFile>(std::move(ring_file)));
  return {};
}

Result<JournalRing::RingFile> JournalRing::make_file(const std::string& path, uint64_t capacity) {
  RingFile ring_file{.path = path, .capacity = capacity};
  ring_file.file = TRY(files_.open(path, os::OpenMode::create_new));
  TRY(write_zeros(*ring_file.file, capacity));
  // A round in a file whose name is lost would be lost.
  TRY(files_.sync_directory(options_.directory));
  return ring_file;
}

Status JournalRing::add_file(uint64_t capacity) {
  std::string path;
  {
    const std::lock_guard lock(mutex_);
    path = fmt::format("{}/{:06}{}", options_.directory, next_name_++, kSuffix);
  }
  auto made = make_file(path, capacity);
  if (!made) {
    std::ignore = files_.remove(path);
    return made.error();
  }
  const std::lock_guard lock(mutex_);
  ring_.push_back(std::make_shared<RingFile>(*std::move(made)));
  return {};
}

bool JournalRing::has_disk_for(uint64_t bytes) const {
  const auto free = files_.free_space(options_.directory);
  return free && *free >= bytes + options_.disk_reserve_bytes;
}

bool JournalRing::take_free_file(size_t round_bytes) {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find_if(
      ring_, [&](const auto& file) { return is_free(*file) && file->capacity >= round_bytes; });
  if (found == ring_.end()) return false;
  current_ = *found;
  // Files are taken in turn.
  ring_.erase(found);
  ring_.push_back(current_);
  position_ = 0;
  ++point_.lap;
  return true;
}

size_t JournalRing::round_bytes_max() const {
  constexpr uint64_t kBytesMax = 1 << 30;  // a round says its length in 32 bits
  return std::min(options_.file_bytes * options_.files_max / 2, kBytesMax);
}

Result<JournalRing::Room> JournalRing::make_room(size_t round_bytes) {
  if (position_ + round_bytes <= current_->capacity) return Room::ready;
  if (round_bytes > round_bytes_max()) return Room::no_space;
  if (take_free_file(round_bytes)) return Room::ready;
  size_t count = 0;
  bool release_may_help = false;
  {
    const std::lock_guard lock(mutex_);
    count = ring_.size();
    release_may_help = std::ranges::any_of(
        ring_, [&](const auto& file) { return !is_free(*file) && file->capacity >= round_bytes; });
  }
  const uint64_t capacity = std::max<uint64_t>(options_.file_bytes, round_bytes);
  // A round larger than the usual file gets one of its own, whatever the count.
  const bool may_grow = count < options_.files_max || capacity > options_.file_bytes;
  if (may_grow && has_disk_for(capacity)) {
    auto added = add_file(capacity);
    if (added && take_free_file(round_bytes)) return Room::ready;
    if (!added && added.error().code() != ErrorCode::resource_exhausted) return added.error();
  }
  return release_may_help ? Room::full : Room::no_space;
}

Status JournalRing::write(const RoundWriter& round, Timestamp at) {
  const RoundId id{point_.salt, point_.lap, point_.round + 1};
  const size_t bytes = TRY(round.write(*current_->file, position_, id, at));
  TRY(current_->file->sync());
  const std::lock_guard lock(mutex_);
  position_ += bytes;
  ++point_.round;
  current_->last_round = point_.round;
  return {};
}

JournalPoint JournalRing::point() const {
  const std::lock_guard lock(mutex_);
  return point_;
}

void JournalRing::release(uint64_t round) {
  const std::lock_guard lock(mutex_);
  released_round_ = std::max(released_round_, round);
}

bool JournalRing::is_released(uint64_t round) const {
  const std::lock_guard lock(mutex_);
  return round <= released_round_;
}

double JournalRing::fill() const {
  const std::lock_guard lock(mutex_);
  const auto used = std::ranges::count_if(ring_, [&](const auto& file) { return !is_free(*file); });
  return static_cast<double>(used) / static_cast<double>(options_.files_max);
}

bool JournalRing::wants_to_grow() const {
  const std::lock_guard lock(mutex_);
  const bool has_next = std::ranges::any_of(
      ring_, [&](const auto& file) { return is_free(*file) && file != current_; });
  return !has_next && ring_.size() < options_.files_max && position_ > current_->capacity / 2;
}

Status JournalRing::grow() {
  if (!wants_to_grow()) return {};
  if (!has_disk_for(options_.file_bytes)) return {};
  return add_file(options_.file_bytes);
}

}  // namespace tarn::storage
