// Reads rounds back, and decides which of them were acknowledged.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "engines/storage/journal_format.h"
#include "platform/os/file_system.h"

namespace tarn::storage {

struct RoundEntry {
  EntryHeader header;
  BytesView body;
  bool damaged = false;  // the body does not match its checksum, or is cut off
};

struct Round {
  uint64_t lap = 0;
  uint64_t number = 0;
  Timestamp at{};
  std::vector<RoundEntry> entries;
  size_t bytes = 0;  // whole pages
  bool damaged = false;
};

// The round that bytes begin with; none when its header or its list of entries does not hold. A
// round whose bodies do not hold is returned as damaged.
std::optional<Round> read_round(BytesView bytes, uint32_t salt);

// A round that recovery has to look at.
struct RoundReference {
  std::string path;
  uint64_t position = 0;
  uint64_t lap = 0;
  uint64_t number = 0;
  bool damaged = false;
};

struct JournalScan {
  std::vector<RoundReference> rounds;  // in order, all after the checkpoint, the torn tail cut
  uint64_t lap_last = 0;               // the highest seen
  uint64_t number_last = 0;
  // Rounds that were acknowledged, for later ones exist, and cannot be read at all.
  uint64_t rounds_lost = 0;
};

struct ScanStart {
  uint32_t salt = 0;
  uint64_t lap = 0;     // older laps are of no interest
  uint64_t number = 0;  // the last round that the checkpoint covers
};

Result<JournalScan> scan_journal(os::FileSystem& files, const std::vector<std::string>& paths,
                                 const ScanStart& start);

}  // namespace tarn::storage
