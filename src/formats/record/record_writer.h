// One record as it stands in a batch.
#pragma once

#include "base/bytes.h"
#include "formats/record/record.h"

namespace tarn::record {

// since: the base timestamp of the batch; offset_delta: the place after its base offset.
void write_record(ByteWriter& out, const Record& record, Millis since, int32_t offset_delta);

}  // namespace tarn::record
