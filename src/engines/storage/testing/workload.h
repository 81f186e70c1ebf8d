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

// The same for compaction: a log of keys with tombstones, transactions and producers, compacted in
// steps of one swap each.
inline constexpr LogId kTable(1);
std::vector<WorkStep> compaction_workload();
// In steps of several swaps: what readers see changes in between, the table that it makes does not.
std::vector<WorkStep> table_workload();

}  // namespace tarn::storage::testing
