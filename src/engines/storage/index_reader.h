#pragma once

#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/ids.h"
#include "engines/storage/index_format.h"

namespace tarn::storage {

// The content of an index file of the segment that starts at base and has this many bytes. corrupt
// when it is damaged, or of another state of the segment: then it is made anew.
Result<std::vector<IndexEntry>> read_index(BytesView content, Offset base, uint64_t segment_bytes);

}  // namespace tarn::storage
