// One step of a compaction or a repair, as the journal has it: files of a log in the place of
// others.
#pragma once

#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "engines/storage/log_record.h"

namespace tarn::storage {

struct SegmentReplacement {
  enum class Purpose : int8_t {
    compaction = 0,
    repair = 1,         // the log is quarantined, and stays so
    end_of_repair = 2,  // it is not any more
  };
  std::vector<SegmentName>
      out;  // neighbours in the log; may be none. The last one: in a repair only
  std::vector<SegmentInfo> in;  // in their place; none when nothing of them is left
  Offset compacted;             // the log's new mark
  // The markers of aborted transactions that are gone, as their records are: readers that still
  // heard of such a transaction would wait for its end, and pass over what the producer wrote next.
  std::vector<Offset> forgotten;
  Purpose purpose = Purpose::compaction;
  bool operator==(const SegmentReplacement&) const = default;
};

// The body of a journal entry (docs/formats/journal.md).
Bytes write_replacement(const SegmentReplacement& replacement);
Result<SegmentReplacement> read_replacement(BytesView body);

// False, and nothing happens, when the log does not have these segments, or not in sealed form.
bool apply_replacement(LogRecord& log, const SegmentReplacement& replacement);

}  // namespace tarn::storage
