#include "platform/os/file_system.h"

namespace tarn::os {

std::string parent_directory(const std::string& path) {
  const size_t end = path.find_last_not_of('/');
  if (end == std::string::npos) return path.empty() ? "." : "/";
  const size_t slash = path.rfind('/', end);
  if (slash == std::string::npos) return ".";
  const size_t last = path.find_last_not_of('/', slash);
  return last == std::string::npos ? "/" : path.substr(0, last + 1);
}

Status make_directories(FileSystem& files, const std::string& directory) {
  const std::string parent = parent_directory(directory);
  auto made = files.make_directory(directory);
  if (!made && made.error().code() == ErrorCode::not_found && parent != directory) {
    TRY(make_directories(files, parent));
    made = files.make_directory(directory);
  }
  if (!made) return made.error();
  return *made ? files.sync_directory(parent) : Status();
}

Result<Bytes> read_file(FileSystem& files, const std::string& path) {
  auto file = TRY(files.open(path, OpenMode::read));
  Bytes content(TRY(file->size()));
  content.resize(TRY(file->read_at(0, content)));
  return content;
}

Status replace_file(FileSystem& files, const std::string& path, BytesView content) {
  const std::string temporary = path + ".tmp";
  if (auto removed = files.remove(temporary);
      !removed && removed.error().code() != ErrorCode::not_found) {
    return removed;
  }
  auto file = TRY(files.open(temporary, OpenMode::create_new));
  TRY(file->write_at(0, std::span(&content, 1)));
  TRY(file->sync());
  TRY(files.rename(temporary, path));
  return files.sync_directory(parent_directory(path));
}

}  // namespace tarn::os
