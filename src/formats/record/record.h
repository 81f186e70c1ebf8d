// One record of a topic, as it is written into and read out of a batch.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/time.h"

namespace tarn::record {

struct RecordHeader {
  std::string_view key;
  std::optional<BytesView> value;
};

// Borrows all that it shows. A missing key or value is null, which is not the same as empty.
struct Record {
  Offset offset;  // decided by the log: not looked at when a batch is built
  Timestamp timestamp{};
  std::optional<BytesView> key;
  std::optional<BytesView> value;
  std::span<const RecordHeader> headers;
};

}  // namespace tarn::record
