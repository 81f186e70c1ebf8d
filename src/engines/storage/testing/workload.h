// A fixed series of commits that touches everything the engine does, for tests that crash it in
// the middle.
#pragma once

#include <functional>
#include <vector>

#include "engines/storage/testing/storage_world.h"

namespace tarn::storage::testing {

// False: refused because the disk failed.
using WorkStep = std::function<bool(StorageWorld&)>;

// The steps refer to logs by the ids that a new storage gives: 1, 2, ...
std::vector<WorkStep> whole_workload();

}  // namespace tarn::storage::testing
