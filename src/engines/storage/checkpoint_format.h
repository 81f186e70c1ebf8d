// The checkpoint: one file that says what all logs are up to one round of the journal;
// docs/formats/checkpoint.md describes the bytes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "engines/storage/log_record.h"

namespace tarn::storage {

inline constexpr uint32_t kCheckpointMagic = 0x54524e32;  // "TRN2"
// "TRNC": without transactions and compaction
inline constexpr uint32_t kFirstCheckpointMagic = 0x54524e43;
// magic u32, crc u32 of all that follows, length u64 of the body
inline constexpr size_t kCheckpointHeaderBytes = 16;
inline constexpr size_t kCheckpointCrcEnd = 8;
inline constexpr const char* kCheckpointFile = "checkpoint";

// Where the journal stands.
struct JournalPoint {
  uint32_t salt = 0;
  uint64_t lap = 0;
  uint64_t round = 0;  // L: all up to it is in the segments, durably
};

struct Checkpoint {
  JournalPoint journal;
  bool clean = false;  // written by an orderly shutdown
  LogId next_log;      // ids from here on were never used
  std::map<std::string, Bytes> metadata;
  std::map<LogId, LogRecord> logs;
};

}  // namespace tarn::storage
