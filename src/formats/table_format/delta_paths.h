// Names of files in a Delta table, and the two escapings of a path.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/uuid.h"
#include "formats/table_format/delta_actions.h"

namespace tarn::table_format {

inline constexpr std::string_view kLogFolder = "_delta_log";
inline constexpr std::string_view kLastCheckpointName = "_last_checkpoint";

// "00000000000000000007.json", "00000000000000000007.checkpoint.parquet"
std::string entry_name(int64_t version);
std::string checkpoint_name(int64_t version);

struct LogName {
  enum class Kind { entry, checkpoint, multi_part_checkpoint, other };
  Kind kind = Kind::other;
  int64_t version = 0;
};
LogName parse_log_name(std::string_view name);

// "part-00003-<uuid>.zstd.parquet"
std::string data_file_name(int number, const Uuid& id);

// "year=2024/carrier=A%2FB" for the columns in their order: Hive's escaping, which is part of the
// file's name on disk. An empty text without columns. A value too long for a folder's name stands
// there by its checksum; readers take values from the log, never from the path.
std::string partition_folder(const std::vector<std::string>& columns,
                             const PartitionValues& values);
std::string hive_escape(std::string_view value);

// The log writes paths as URIs, so the file "carrier=A%2FB/x" is "carrier=A%252FB/x" in it.
std::string uri_encode(std::string_view path);
// corrupt for a '%' that is not followed by two hexadecimal digits.
Result<std::string> uri_decode(std::string_view uri);

}  // namespace tarn::table_format
