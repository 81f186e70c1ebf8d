// The index of a segment: where some of its batches stand. It only makes reading faster: what it
// says is verified at the batch, and a missing or doubtful index is made anew from the segment.
// docs/formats/segment.md describes the bytes.
#pragma once

#include <cstdint>

#include "base/ids.h"
#include "base/time.h"

namespace tarn::storage {

inline constexpr uint32_t kIndexMagic = 0x54524e49;  // "TRNI"
// magic u32, crc u32 of all that follows, base offset i64, bytes covered u64, entry count u32
inline constexpr size_t kIndexHeaderBytes = 28;
inline constexpr size_t kIndexCrcEnd = 8;
inline constexpr size_t kIndexEntryBytes = 24;
// Beyond this every second entry is dropped, and entries are made half as often: an index is small
// whatever the segment's size.
inline constexpr size_t kIndexEntriesMax = 8192;

struct IndexEntry {
  Offset offset;           // base offset of a batch
  uint64_t position = 0;   // where it begins
  Timestamp max_before{};  // the latest timestamp of all batches before it in the segment
  bool operator==(const IndexEntry&) const = default;
};

}  // namespace tarn::storage
