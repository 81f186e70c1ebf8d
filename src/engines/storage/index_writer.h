#pragma once

#include "base/bytes.h"
#include "base/ids.h"
#include "engines/storage/log_index.h"

namespace tarn::storage {

// The content of an index file. The index covers the segment from its start.
Bytes write_index(const LogIndex& index, Offset base);

}  // namespace tarn::storage
