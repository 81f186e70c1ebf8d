// What a start finds: the state at the end of the journal, with everything that was acknowledged
// durable in the segments. Until then nothing is served.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "engines/storage/checkpoint_format.h"
#include "engines/storage/directory_layout.h"
#include "platform/os/file_system.h"
#include "platform/telemetry/logger.h"

namespace tarn::storage {

struct RecoveryOptions {
  Millis producer_expiration{};
  uint32_t new_salt = 0;  // for a new storage
};

// After a clean shutdown: the checkpoint. Else: the checkpoint and the rounds after it, replayed
// into the segments, with the epochs of all logs moved on, synced, and written as a new checkpoint.
// Errors: corrupt when the checkpoint is damaged or missing; what the disk says.
Result<Checkpoint> recover(os::FileSystem& files, const DirectoryLayout& layout,
                           const telemetry::Logger& logger, const RecoveryOptions& options);

}  // namespace tarn::storage
