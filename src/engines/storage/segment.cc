#include "engines/storage/segment.h"

#include <fmt/format.h>

#include "base/check.h"
#include "engines/storage/index_reader.h"
#include "engines/storage/index_writer.h"

namespace tarn::storage {

namespace {

std::string path_of(const std::string& folder, SegmentName name, std::string_view kind) {
  if (name.generation == 0) return fmt::format("{}/{:020}.{}", folder, name.base.value(), kind);
  return fmt::format("{}/{:020}.{}.{}", folder, name.base.value(), name.generation, kind);
}

}  // namespace

std::string segment_path(const std::string& folder, SegmentName name) {
  return path_of(folder, name, "log");
}

std::string index_path(const std::string& folder, SegmentName name) {
  return path_of(folder, name, "index");
}

Segment::Segment(os::FileSystem& files, std::string folder, const SegmentInfo& info,
                 uint32_t index_interval_bytes)
    : files_(files),
      folder_(std::move(folder)),
      name_(info.name()),
      index_interval_bytes_(index_interval_bytes),
      index_(index_interval_bytes, info.bytes,
             info.bytes == 0 ? Timestamp::min() : info.max_timestamp) {}

Status Segment::open_for_writing() {
  const std::lock_guard lock(mutex_);
  if (file_) return {};
  if (index_.covered_to() > 0) {
    file_ = TRY(files_.open(path(), os::OpenMode::read_write));
    reserved_bytes_ = TRY(file_->size());
    return {};
  }
  // The names become durable with the next checkpoint; until then the journal has the records.
  TRY(files_.make_directory(folder_));
  auto created = files_.open(path(), os::OpenMode::create_new);
  if (!created && created.error().code() == ErrorCode::already_exists) {
    created = files_.open(path(), os::OpenMode::read_write);
    if (created) TRY((*created)->truncate(0));
  }
  if (!created) return created.error();
  file_ = *std::move(created);
  reserved_bytes_ = 0;
  return {};
}

Status Segment::reserve(uint64_t bytes) {
  TRY(file_->reserve(bytes));
  reserved_bytes_ = bytes;
  return {};
}

Status Segment::write(uint64_t position, std::span<const BytesView> parts) {
  return file_->write_at(position, parts);
}

void Segment::add_to_index(const record::BatchHeader& header, uint64_t position) {
  const std::lock_guard lock(mutex_);
  index_.add(header, position);
}

std::shared_ptr<os::File> Segment::file() const {
  const std::lock_guard lock(mutex_);
  return file_;
}

Status Segment::trim() {
  const uint64_t bytes = written_bytes();
  if (reserved_bytes_ <= bytes) return {};
  TRY(open_for_writing());
  TRY(file_->truncate(bytes));
  reserved_bytes_ = bytes;
  return {};
}

void Segment::save_index() {
  Bytes content;
  {
    const std::lock_guard lock(mutex_);
    if (index_.covered_from() != 0 || index_.entries().size() < 2) return;
    content = write_index(index_, name_.base);
  }
  // A leftover must go first; whatever fails here, the segment is read without this file.
  if (auto removed = files_.remove(path_of_index());
      !removed && removed.error().code() != ErrorCode::not_found) {
    return;
  }
  auto file = files_.open(path_of_index(), os::OpenMode::create_new);
  if (!file) return;
  const BytesView part(content);
  std::ignore = (*file)->write_at(0, std::span(&part, 1));
}

void Segment::close() {
  const std::lock_guard lock(mutex_);
  file_.reset();
}

Result<std::shared_ptr<os::File>> Segment::open_for_reading() const {
  {
    const std::lock_guard lock(mutex_);
    if (file_) return file_;
  }
  return std::shared_ptr<os::File>(TRY(files_.open(path(), os::OpenMode::read)));
}

Result<IndexEntry> Segment::search_start(Offset offset) const {
  TRY(complete_index(IndexFile::use));
  const std::lock_guard lock(mutex_);
  const IndexEntry* found = index_.at_or_before(offset);
  return found == nullptr ? begin() : *found;
}

Result<IndexEntry> Segment::search_start(Timestamp at) const {
  TRY(complete_index(IndexFile::use));
  const std::lock_guard lock(mutex_);
  const IndexEntry* found = index_.before_time(at);
  return found == nullptr ? begin() : *found;
}

Status Segment::rebuild_index() const {
  {
    const std::lock_guard lock(mutex_);
    index_ = LogIndex(index_interval_bytes_, index_.covered_to(), index_.max_timestamp());
  }
  return complete_index(IndexFile::ignore);
}

uint64_t Segment::written_bytes() const {
  const std::lock_guard lock(mutex_);
  return index_.covered_to();
}

Timestamp Segment::max_timestamp() const {
  const std::lock_guard lock(mutex_);
  return index_.max_timestamp();
}

Status Segment::complete_index(IndexFile file) const {
  uint64_t missing = 0;
  {
    const std::lock_guard lock(mutex_);
    missing = index_.covered_from();
  }
  if (missing == 0) return {};
  // Without the lock: it may take long, and the committer must not wait.
  const LogIndex front = TRY(front_of_index(missing, file));
  const std::lock_guard lock(mutex_);
  if (index_.covered_from() == missing) index_.prepend(front);
  return {};
}

Result<LogIndex> Segment::front_of_index(uint64_t bytes, IndexFile file) const {
  LogIndex index(index_interval_bytes_, 0, Timestamp::min());
  if (file == IndexFile::use) {
    auto content = os::read_file(files_, path_of_index());
    auto entries = content ? read_index(*content, name_.base, bytes) : content.error();
    if (entries) {
      index.restore(*std::move(entries), bytes);
      return index;
    }
  }
  auto log = TRY(open_for_reading());
  BatchWalker walker(*log, 0, name_.base, offsets());
  while (walker.position() < bytes) {
    const uint64_t position = walker.position();
    index.add(TRY(walker.next().with_context(path())), position);
  }
  if (walker.position() != bytes) {
    return Error(ErrorCode::corrupt, path() + ": a batch ends elsewhere than recorded");
  }
  return index;
}

}  // namespace tarn::storage
