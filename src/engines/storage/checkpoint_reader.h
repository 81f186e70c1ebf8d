#pragma once

#include "base/bytes.h"
#include "base/error.h"
#include "engines/storage/checkpoint_format.h"

namespace tarn::storage {

// The content of a checkpoint file. corrupt when it does not hold; nothing of it is used then.
Result<Checkpoint> read_checkpoint(BytesView content);

}  // namespace tarn::storage
