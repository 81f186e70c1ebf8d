// The journal's bytes; docs/formats/journal.md describes them for strangers.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/crc32c.h"
#include "base/ids.h"
#include "base/time.h"

namespace tarn::storage {

// Every round starts at a multiple of this, so that no write touches a page with durable rounds.
inline constexpr size_t kJournalPageBytes = 4096;
inline constexpr uint32_t kRoundMagic = 0x54524e4a;  // "TRNJ"
inline constexpr size_t kRoundHeaderBytes = 40;
inline constexpr size_t kRoundCrcEnd = 8;  // magic and crc; the crc covers what follows
inline constexpr size_t kEntryHeaderBytes = 48;
inline constexpr uint32_t kEntriesMax = 1 << 20;

enum class EntryKind : uint32_t {
  create_log = 1,
  delete_log = 2,
  configure_log = 3,
  append = 4,
  log_start = 5,  // base_offset is the new start
  put_metadata = 6,
  remove_metadata = 7,
  replace_segments = 8,
};

inline constexpr bool is_about_log(EntryKind kind) {
  return kind <= EntryKind::log_start || kind == EntryKind::replace_segments;
}

struct EntryHeader {
  EntryKind kind = EntryKind::append;
  LogId log;
  LeaderEpoch epoch;
  Offset segment_base;    // append: the segment, by its first offset
  uint64_t position = 0;  // append: where in the segment
  Offset base_offset;
};

// Where a round stands in the order of all rounds.
struct RoundId {
  uint32_t salt = 0;    // of this journal, so that no foreign bytes pass for a round
  uint64_t lap = 0;     // counts the uses of files: a recycled file has another one
  uint64_t number = 0;  // counts rounds, without gaps
};

// The start value of all checksums of a round.
inline uint32_t crc_seed(const RoundId& id) {
  ByteWriter seed;
  seed.write_u32(id.salt);
  seed.write_u64(id.lap);
  seed.write_u64(id.number);
  return crc32c(seed.view());
}

inline constexpr size_t round_up_to_page(size_t bytes) {
  return (bytes + kJournalPageBytes - 1) / kJournalPageBytes * kJournalPageBytes;
}

}  // namespace tarn::storage
