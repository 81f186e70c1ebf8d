// LogConfig as bytes, in journal entries and in the checkpoint (docs/formats/journal.md).
#pragma once

#include "base/bytes.h"
#include "engines/storage/types.h"

namespace tarn::storage {

void write_log_config(ByteWriter& out, const LogConfig& config);
// Storage format 1 knew nothing of compaction.
enum class ConfigLayout { without_compaction, current };
// The reader knows whether it failed.
LogConfig read_log_config(ByteReader& in, ConfigLayout layout);
// Where nothing follows, the bytes themselves say which it is.
LogConfig read_last_log_config(ByteReader& in);

// Text with its length in front.
void write_text(ByteWriter& out, std::string_view text);
std::string read_text(ByteReader& in);

}  // namespace tarn::storage
