#include "formats/table_format/delta_paths.h"

#include <algorithm>
#include <charconv>

#include "base/crc32c.h"

namespace tarn::table_format {
namespace {

constexpr size_t kVersionDigits = 20;
constexpr size_t kFolderBytesMax = 200;
constexpr std::string_view kNullFolder = "__HIVE_DEFAULT_PARTITION__";
constexpr std::string_view kHiveEscaped = "\"#%'*/:=?\\{}[]^";
constexpr std::string_view kUriPlain = "-_.~/=!$&'()*+,;:@";

void append_percent(std::string& out, unsigned char byte) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  out += '%';
  out += kDigits[byte >> 4];
  out += kDigits[byte & 15];
}

std::string zero_padded(int64_t value, size_t digits) {
  const std::string text = std::to_string(value);
  return std::string(digits - std::min(digits, text.size()), '0') + text;
}

bool is_letter_or_digit(unsigned char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9');
}

std::optional<int64_t> parse_digits(std::string_view digits) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || value < 0) return {};
  return value;
}

}  // namespace

std::string entry_name(int64_t version) {
  return zero_padded(version, kVersionDigits) + ".json";
}

std::string checkpoint_name(int64_t version) {
  return zero_padded(version, kVersionDigits) + ".checkpoint.parquet";
}

LogName parse_log_name(std::string_view name) {
  if (name.size() <= kVersionDigits) return {};
  const auto version = parse_digits(name.substr(0, kVersionDigits));
  if (!version) return {};
  const auto rest = name.substr(kVersionDigits);
  if (rest == ".json") return {LogName::Kind::entry, *version};
  if (rest == ".checkpoint.parquet") return {LogName::Kind::checkpoint, *version};
  if (rest.starts_with(".checkpoint.")) return {LogName::Kind::multi_part_checkpoint, *version};
  return {};
}

std::string data_file_name(int number, const Uuid& id) {
  return "part-" + zero_padded(number, 5) + "-" + id.to_string() + ".zstd.parquet";
}

std::string hive_escape(std::string_view value) {
  std::string escaped;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || kHiveEscaped.contains(c)) {
      append_percent(escaped, byte);
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string partition_folder(const std::vector<std::string>& columns,
                             const PartitionValues& values) {
  std::string folder;
  for (const auto& column : columns) {
    if (!folder.empty()) folder += '/';
    const auto value = values.find(column);
    const bool is_null = value == values.end() || value->second.value_or("").empty();
    std::string text = is_null ? std::string(kNullFolder) : hive_escape(*value->second);
    if (text.size() > kFolderBytesMax) {
      text = "crc32c-" + std::to_string(crc32c(as_bytes(*value->second)));
    }
    folder += hive_escape(column) + "=" + text;
  }
  return folder;
}

std::string uri_encode(std::string_view path) {
  std::string encoded;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_letter_or_digit(byte) || kUriPlain.contains(c)) {
      encoded += c;
    } else {
      append_percent(encoded, byte);
    }
  }
  return encoded;
}

Result<std::string> uri_decode(std::string_view uri) {
  std::string path;
  for (size_t at = 0; at < uri.size(); ++at) {
    if (uri[at] != '%') {
      path += uri[at];
      continue;
    }
    unsigned byte = 0;
    const auto digits = uri.substr(at + 1, 2);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
    if (error != std::errc() || digits.size() != 2 || end != digits.data() + 2) {
      return Error(ErrorCode::corrupt, "a '%' in a path is not followed by two hex digits");
    }
    path += static_cast<char>(byte);
    at += 2;
  }
  return path;
}

}  // namespace tarn::table_format
