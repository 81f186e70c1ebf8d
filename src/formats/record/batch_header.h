// The header of a Kafka record batch, version 2: 61 bytes, big-endian
// (https://kafka.apache.org/documentation/#recordbatch).
//
//   0 base offset i64 · 8 batch length i32 (bytes after it) · 12 partition leader epoch i32 ·
//   16 magic i8 = 2 · 17 crc u32 (CRC-32C of all from 21 on) · 21 attributes i16 ·
//   23 last offset delta i32 · 27 base timestamp i64 · 35 max timestamp i64 · 43 producer id i64 ·
//   51 producer epoch i16 · 53 base sequence i32 · 57 record count i32 · 61 records
//
// Base offset and leader epoch lie outside the checksum: a broker sets them in place.
#pragma once

#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/time.h"

namespace tarn::record {

inline constexpr size_t kBatchHeaderBytes = 61;
inline constexpr size_t kBatchLengthEnd = 12;  // base offset and batch length
inline constexpr size_t kBatchCrcStart = 21;

enum class Codec : int8_t { none = 0, gzip = 1, snappy = 2, lz4 = 3, zstd = 4 };

inline constexpr int16_t kDeleteHorizon = 64;  // a bit of the attributes (KIP-534)

struct BatchHeader {
  Offset base_offset;
  size_t total_bytes = 0;  // header and records
  LeaderEpoch leader_epoch;
  uint32_t crc = 0;
  int16_t attributes = 0;
  int32_t last_offset_delta = 0;
  Timestamp base_timestamp{};
  Timestamp max_timestamp{};
  ProducerId producer_id;  // -1: not idempotent
  int16_t producer_epoch = -1;
  int32_t base_sequence = -1;
  int32_t record_count = 0;

  [[nodiscard]] Codec codec() const { return static_cast<Codec>(attributes & 7); }
  [[nodiscard]] bool has_log_append_time() const { return (attributes & 8) != 0; }
  [[nodiscard]] bool is_transactional() const { return (attributes & 16) != 0; }
  [[nodiscard]] bool is_control() const { return (attributes & 32) != 0; }
  // The base timestamp is none then, but when tombstones and markers may go.
  [[nodiscard]] bool has_delete_horizon() const { return (attributes & kDeleteHorizon) != 0; }
  [[nodiscard]] Offset last_offset() const { return base_offset + last_offset_delta; }
  [[nodiscard]] Offset next_offset() const { return last_offset() + 1; }
};

// Reads the header of the batch that bytes begin with. corrupt when the header is cut off, the
// magic is not 2, a length, count or offset is impossible or the codec unknown. The records need
// not be there.
Result<BatchHeader> read_batch_header(BytesView bytes);

// batch: exactly one whole batch. corrupt when the checksum does not hold.
Status verify_batch_crc(const BatchHeader& header, BytesView batch);

// Sets what the broker decides.
void assign_offset(std::span<std::byte> batch, Offset base, LeaderEpoch epoch);

}  // namespace tarn::record
