// LogConfig as bytes, in journal entries and in the checkpoint (docs/formats/journal.md).
#pragma once

#include "base/bytes.h"
#include "engines/storage/types.h"

namespace tarn::storage {

void write_log_config(ByteWriter& out, const LogConfig& config);
LogConfig read_log_config(ByteReader& in);  // the reader knows whether it failed

// Text with its length in front.
void write_text(ByteWriter& out, std::string_view text);
std::string read_text(ByteReader& in);

}  // namespace tarn::storage
