// What is left of fetched batches for a reader of committed records.
#pragma once

#include <vector>

#include "base/bytes.h"
#include "engines/storage/types.h"

namespace tarn::broker {

// Without the records of aborted transactions and without control batches. batches: in offset
// order, up to the last stable offset; aborted: of their range, as the engine gives them.
std::vector<SharedBytes> committed_records(std::vector<SharedBytes> batches,
                                           std::vector<storage::AbortedTransaction> aborted);

}  // namespace tarn::broker
