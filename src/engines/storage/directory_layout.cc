#include "engines/storage/directory_layout.h"

#include <charconv>

#include <fmt/format.h>

namespace tarn::storage {
namespace {

constexpr std::string_view kTitle = "tarn storage ";

Result<int> parse_version(std::string_view text, const std::string& path) {
  int version = 0;
  if (text.starts_with(kTitle)) {
    text.remove_prefix(kTitle.size());
    std::from_chars(text.data(), text.data() + text.size(), version);
  }
  if (version < 1) return Error(ErrorCode::corrupt, path + " does not name a storage format");
  return version;
}

}  // namespace

Result<std::optional<int>> stored_format(os::FileSystem& files, const DirectoryLayout& layout) {
  auto content = os::read_file(files, layout.format);
  if (content) {
    const int version = TRY(parse_version(as_text(*content), layout.format));
    if (version <= kFormatVersion) return std::optional(version);
    return Error(ErrorCode::failed_precondition,
                 fmt::format("{} has storage format {}, this program knows formats up to {}; "
                             "use the newer program that wrote it",
                             layout.root, version, kFormatVersion));
  }
  if (content.error().code() != ErrorCode::not_found) return content.error();
  auto logs = files.list(layout.logs);
  if (logs && !logs->empty()) {
    return Error(ErrorCode::corrupt,
                 layout.format + " is missing, but there are logs; restore the file");
  }
  return std::nullopt;
}

Status write_format(os::FileSystem& files, const DirectoryLayout& layout) {
  const std::string text = fmt::format("{}{}\n", kTitle, kFormatVersion);
  return os::replace_file(files, layout.format, as_bytes(text));
}

}  // namespace tarn::storage
