#include "formats/record/batch_header.h"

#include <limits>
#include <string>

#include "base/check.h"
#include "base/crc32c.h"

namespace tarn::record {
namespace {

constexpr int8_t kMagic = 2;
// So that sums of an offset and a delta never overflow.
constexpr int64_t kOffsetsReserved = int64_t{1} << 32;
constexpr int8_t kCodecLast = static_cast<int8_t>(Codec::zstd);

Status check_plausible(const BatchHeader& header, int32_t batch_length, int8_t magic) {
  constexpr int32_t kLengthMin = static_cast<int32_t>(kBatchHeaderBytes - kBatchLengthEnd);
  if (batch_length < kLengthMin) {
    return Error(ErrorCode::corrupt,
                 "a record batch says that it has " + std::to_string(batch_length) + " bytes");
  }
  if (magic != kMagic) {
    return Error(ErrorCode::corrupt, "a record batch of format " + std::to_string(magic) +
                                         "; only version 2 is supported");
  }
  if (static_cast<int8_t>(header.codec()) > kCodecLast) {
    return Error(ErrorCode::corrupt, "a record batch with an unknown compression");
  }
  if (header.last_offset_delta < 0 || header.record_count < 0) {
    return Error(ErrorCode::corrupt, "a record batch with a negative count");
  }
  if (header.base_offset.value() < 0 ||
      header.base_offset.value() > std::numeric_limits<int64_t>::max() - kOffsetsReserved) {
    return Error(ErrorCode::corrupt, "a record batch with an impossible offset");
  }
  return {};
}

}  // namespace

Result<BatchHeader> read_batch_header(BytesView bytes) {
  ByteReader reader(bytes);
  BatchHeader header;
  header.base_offset = Offset(reader.read_i64());
  const int32_t batch_length = reader.read_i32();
  header.leader_epoch = LeaderEpoch(reader.read_i32());
  const int8_t magic = reader.read_i8();
  header.crc = reader.read_u32();
  header.attributes = reader.read_i16();
  header.last_offset_delta = reader.read_i32();
  header.base_timestamp = from_unix_millis(reader.read_i64());
  header.max_timestamp = from_unix_millis(reader.read_i64());
  header.producer_id = ProducerId(reader.read_i64());
  header.producer_epoch = reader.read_i16();
  header.base_sequence = reader.read_i32();
  header.record_count = reader.read_i32();
  TRY(reader.status());
  TRY(check_plausible(header, batch_length, magic));
  header.total_bytes = kBatchLengthEnd + static_cast<size_t>(batch_length);
  return header;
}

Status verify_batch_crc(const BatchHeader& header, BytesView batch) {
  if (batch.size() != header.total_bytes) {
    return Error(ErrorCode::corrupt, "a record batch is cut off");
  }
  if (crc32c(batch.subspan(kBatchCrcStart)) != header.crc) {
    return Error(ErrorCode::corrupt, "a record batch does not match its checksum");
  }
  return {};
}

void assign_offset(std::span<std::byte> batch, Offset base, LeaderEpoch epoch) {
  check(batch.size() >= kBatchHeaderBytes, "a whole batch header");
  auto put = [&batch](size_t at, uint64_t value, size_t width) {
    for (size_t i = 0; i < width; ++i) {
      batch[at + i] = static_cast<std::byte>(value >> ((width - 1 - i) * 8));
    }
  };
  put(0, static_cast<uint64_t>(base.value()), 8);
  put(12, static_cast<uint32_t>(epoch.value()), 4);
}

}  // namespace tarn::record
