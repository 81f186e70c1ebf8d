// How many files this process may hold open.
#pragma once

#include <cstdint>

#include "base/error.h"

namespace tarn::os {

// Raises the soft limit of open files to the hard one (setrlimit); every segment that was written
// since the last checkpoint and every connection holds one. The limit that holds now.
Result<uint64_t> raise_open_file_limit();

}  // namespace tarn::os
