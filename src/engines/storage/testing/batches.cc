#include "engines/storage/testing/batches.h"

#include "base/crc32c.h"
#include "formats/record/batch_builder.h"
#include "formats/record/batch_header.h"

namespace tarn::storage::testing {

Bytes make_batch(const BatchSpec& spec) {
  constexpr size_t kCrcAt = 17;
  constexpr int16_t kTransactional = 16;
  constexpr int16_t kControl = 32 | kTransactional;
  ByteWriter out;
  out.write_i64(0);
  out.write_i32(static_cast<int32_t>(record::kBatchHeaderBytes - record::kBatchLengthEnd +
                                     spec.payload_bytes));
  out.write_i32(-1);
  out.write_i8(2);
  out.write_u32(0);
  out.write_i16(spec.is_control ? kControl : spec.is_transactional ? kTransactional : int16_t{0});
  out.write_i32(spec.records - 1);
  out.write_i64(unix_millis(spec.at));
  out.write_i64(unix_millis(spec.at));
  out.write_i64(spec.producer.value());
  out.write_i16(spec.epoch);
  out.write_i32(spec.sequence);
  out.write_i32(spec.records);
  out.write_bytes(Bytes(spec.payload_bytes, std::byte{spec.fill}));
  out.patch_u32(kCrcAt, crc32c(out.view().subspan(record::kBatchCrcStart)));
  return std::move(out).take();
}

Bytes make_keyed_batch(const std::vector<KeyedRecord>& records, const BatchSpec& spec,
                       record::Codec codec) {
  record::BatchBuilder builder({.codec = codec,
                                .producer_id = spec.producer,
                                .producer_epoch = spec.epoch,
                                .base_sequence = spec.sequence,
                                .transactional = spec.is_transactional});
  const auto bytes_of = [](const std::optional<std::string>& text) {
    return text ? std::optional(as_bytes(*text)) : std::nullopt;
  };
  for (const KeyedRecord& record : records) {
    builder.add(
        {.timestamp = spec.at, .key = bytes_of(record.key), .value = bytes_of(record.value)});
  }
  return std::move(builder).finish();
}

}  // namespace tarn::storage::testing
