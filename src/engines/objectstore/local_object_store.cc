#include "engines/objectstore/local_object_store.h"

#include <algorithm>
#include <ranges>

namespace tarn::objectstore {
namespace {

bool is(const Status& status, ErrorCode code) {
  return !status && status.error().code() == code;
}

// Equal in all bytes; read in pieces, because tables' files are large.
Result<bool> same_content(os::FileSystem& files, const std::string& one, const std::string& other) {
  constexpr size_t kPieceBytes = 256 << 10;
  auto first = TRY(files.open(one, os::OpenMode::read));
  auto second = TRY(files.open(other, os::OpenMode::read));
  const uint64_t size = TRY(first->size());
  if (size != TRY(second->size())) return false;
  Bytes left(kPieceBytes);
  Bytes right(kPieceBytes);
  for (uint64_t at = 0; at < size; at += kPieceBytes) {
    const size_t read = TRY(first->read_at(at, left));
    if (read != TRY(second->read_at(at, right))) return false;
    if (!std::equal(left.begin(), left.begin() + static_cast<ptrdiff_t>(read), right.begin())) {
      return false;
    }
  }
  return true;
}

}  // namespace

Result<std::unique_ptr<LocalObjectStore>> LocalObjectStore::open(os::FileSystem& files,
                                                                 LocalOptions options) {
  TRY(check_object_name(options.scratch));
  std::unique_ptr<LocalObjectStore> store(new LocalObjectStore(files, std::move(options)));
  TRY(os::make_directories(files, store->options_.root));
  TRY(store->clear_scratch());
  return store;
}

Status LocalObjectStore::clear_scratch() {
  const std::string folder = location(options_.scratch);
  auto entries = files_.list(folder);
  if (!entries) {
    if (entries.error().code() == ErrorCode::not_found) return {};
    return std::move(entries).error();
  }
  for (const auto& entry : *entries) {
    // What cannot be removed (a read-only folder) is said by the first write instead.
    if (!entry.is_directory) (void)files_.remove(folder + "/" + entry.name);
  }
  return {};
}

std::string LocalObjectStore::location(const std::string& name) const {
  return options_.root + "/" + name;
}

Status LocalObjectStore::make_parent(const std::string& path) {
  std::vector<std::string> missing;
  {
    const std::lock_guard lock(mutex_);
    for (auto folder = os::parent_directory(path);
         folder.size() >= options_.root.size() && !durable_.contains(folder);
         folder = os::parent_directory(folder)) {
      missing.push_back(folder);
      if (folder == options_.root) break;
    }
  }
  if (missing.empty()) return {};
  TRY(os::make_directories(files_, missing.front()));
  // A folder that an earlier process made may not have reached the disk: it is synced by its parent
  // once in this process too, outer names first.
  for (const auto& folder : missing | std::views::reverse) {
    if (folder != options_.root) TRY(files_.sync_directory(os::parent_directory(folder)));
  }
  const std::lock_guard lock(mutex_);
  durable_.insert(missing.begin(), missing.end());
  return {};
}

template <class Action>
auto LocalObjectStore::in_folder_of(const std::string& path, Action action) -> decltype(action()) {
  TRY(make_parent(path));
  auto done = action();
  if (done || done.error().code() != ErrorCode::not_found) return done;
  {
    const std::lock_guard lock(mutex_);
    durable_.clear();
  }
  TRY(make_parent(path));
  return action();
}

std::string LocalObjectStore::next_scratch() {
  const std::lock_guard lock(mutex_);
  return location(options_.scratch) + "/" + std::to_string(scratch_files_++);
}

Result<std::string> LocalObjectStore::write_scratch(BytesView content) {
  std::string path = next_scratch();
  auto file = in_folder_of(path, [&] { return files_.open(path, os::OpenMode::create_new); });
  // Left over and not removable when the store was opened.
  while (!file && file.error().code() == ErrorCode::already_exists) {
    path = next_scratch();
    file = files_.open(path, os::OpenMode::create_new);
  }
  if (!file) return std::move(file).error();
  auto written = (*file)->write_at(0, std::span(&content, 1));
  if (written) written = (*file)->sync();
  if (written) return path;
  (void)files_.remove(path);  // the first error is the one to tell
  return std::move(written).error();
}

Status LocalObjectStore::write(const std::string& name, BytesView content, Existing existing) {
  TRY(check_object_name(name));
  const std::string path = location(name);
  const std::string temporary = TRY(write_scratch(content));
  auto placed = in_folder_of(path, [&] {
    return existing == Existing::replace ? files_.rename(temporary, path)
                                         : files_.link_new(temporary, path);
  });
  if (placed) placed = files_.sync_directory(os::parent_directory(path));
  // A rename is durable when both folders are.
  if (placed && existing == Existing::replace) {
    placed = files_.sync_directory(os::parent_directory(temporary));
  }
  if (!placed || existing == Existing::keep) (void)files_.remove(temporary);
  return placed;
}

Status LocalObjectStore::put(const std::string& name, BytesView content) {
  return write(name, content, Existing::replace);
}

Status LocalObjectStore::put_if_absent(const std::string& name, BytesView content) {
  return write(name, content, Existing::keep);
}

Status LocalObjectStore::publish(const std::string& local_file, const std::string& name) {
  TRY(check_object_name(name));
  const std::string path = location(name);
  TRY(TRY(files_.open(local_file, os::OpenMode::read_write))->sync());
  auto linked = in_folder_of(path, [&] { return files_.link_new(local_file, path); });
  if (is(linked, ErrorCode::already_exists) && TRY(same_content(files_, local_file, path))) {
    linked = {};
  }
  TRY(std::move(linked));
  TRY(files_.sync_directory(os::parent_directory(path)));
  return files_.remove(local_file);
}

Result<Bytes> LocalObjectStore::get(const std::string& name) {
  TRY(check_object_name(name));
  return os::read_file(files_, location(name));
}

Result<std::optional<ObjectStore::Info>> LocalObjectStore::head(const std::string& name) {
  TRY(check_object_name(name));
  auto file = files_.open(location(name), os::OpenMode::read);
  if (!file) {
    if (file.error().code() == ErrorCode::not_found) return std::optional<Info>();
    return std::move(file).error();
  }
  return std::optional(Info{.name = name, .size = TRY((*file)->size())});
}

Status LocalObjectStore::walk(const std::string& folder, const std::string& prefix,
                              std::vector<Info>& found) {
  auto entries = files_.list(folder.empty() ? options_.root : location(folder));
  if (!entries) {
    if (entries.error().code() == ErrorCode::not_found) return {};
    return std::move(entries).error();
  }
  for (auto& entry : *entries) {
    const std::string name = folder.empty() ? entry.name : folder + "/" + entry.name;
    if (entry.is_directory) {
      const std::string inside = name + "/";
      const size_t common = std::min(inside.size(), prefix.size());
      const bool may_match = inside.compare(0, common, prefix, 0, common) == 0;
      if (may_match && name != options_.scratch) TRY(walk(name, prefix, found));
    } else if (name.starts_with(prefix)) {
      found.push_back({.name = name, .size = entry.size});
    }
  }
  return {};
}

Result<std::vector<ObjectStore::Info>> LocalObjectStore::list(const std::string& prefix) {
  // The walk starts at the deepest folder that the prefix names.
  const size_t slash = prefix.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : prefix.substr(0, slash);
  if (!folder.empty()) TRY(check_object_name(folder));
  std::vector<Info> found;
  TRY(walk(folder, prefix, found));
  std::ranges::sort(found, {}, &Info::name);
  return found;
}

Status LocalObjectStore::remove(const std::string& name) {
  TRY(check_object_name(name));
  auto removed = files_.remove(location(name));
  if (is(removed, ErrorCode::not_found)) return {};
  return removed;
}

}  // namespace tarn::objectstore
