#include "formats/record/batch_builder.h"

#include <algorithm>
#include <limits>

#include "base/check.h"
#include "base/crc32c.h"
#include "formats/record/compression.h"

namespace tarn::record {
namespace {

constexpr int16_t kTransactional = 16;
constexpr int16_t kControl = 32;

size_t varint_bytes(int64_t value) {
  auto zigzag = (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
  size_t bytes = 1;
  while (zigzag >= 0x80) {
    zigzag >>= 7;
    ++bytes;
  }
  return bytes;
}

size_t field_bytes(const std::optional<BytesView>& field) {
  if (!field) return 1;
  return varint_bytes(static_cast<int64_t>(field->size())) + field->size();
}

void write_field(ByteWriter& out, const std::optional<BytesView>& field) {
  out.write_varint(field ? static_cast<int64_t>(field->size()) : -1);
  if (field) out.write_bytes(*field);
}

}  // namespace

// length · attributes i8 · timestamp delta · offset delta · key · value · headers; numbers are
// varints, a missing key or value has length -1.
void BatchBuilder::add(const Record& record) {
  if (record_count_ == 0) base_timestamp_ = max_timestamp_ = record.timestamp;
  max_timestamp_ = std::max(max_timestamp_, record.timestamp);
  const int64_t timestamp_delta = (record.timestamp - base_timestamp_).count();
  const auto header_count = static_cast<int64_t>(record.headers.size());
  size_t length = 1 + varint_bytes(timestamp_delta) + varint_bytes(record_count_) +
                  field_bytes(record.key) + field_bytes(record.value) + varint_bytes(header_count);
  for (const auto& header : record.headers) {
    length += field_bytes(as_bytes(header.key)) + field_bytes(header.value);
  }
  records_.write_varint(static_cast<int64_t>(length));
  records_.write_i8(0);
  records_.write_varint(timestamp_delta);
  records_.write_varint(record_count_);
  write_field(records_, record.key);
  write_field(records_, record.value);
  records_.write_varint(header_count);
  for (const auto& header : record.headers) {
    write_field(records_, as_bytes(header.key));
    write_field(records_, header.value);
  }
  ++record_count_;
}

Bytes BatchBuilder::finish() && {
  check(record_count_ > 0, "a batch has records");
  Bytes packed;
  BytesView body = records_.view();
  if (options_.codec != Codec::none) {
    packed = compress(options_.codec, body);
    body = packed;
  }
  const size_t total = kBatchHeaderBytes + body.size();
  check(total <= std::numeric_limits<int32_t>::max(), "a batch is smaller than 2 GiB");
  ByteWriter out;
  out.write_i64(0);
  out.write_i32(static_cast<int32_t>(total - kBatchLengthEnd));
  out.write_i32(-1);
  out.write_i8(2);
  out.write_u32(0);
  out.write_i16(static_cast<int16_t>(static_cast<int16_t>(options_.codec) |
                                     (options_.transactional ? kTransactional : 0) |
                                     (options_.control ? kControl : 0)));
  out.write_i32(record_count_ - 1);
  out.write_i64(unix_millis(base_timestamp_));
  out.write_i64(unix_millis(max_timestamp_));
  out.write_i64(options_.producer_id.value());
  out.write_i16(options_.producer_epoch);
  out.write_i32(options_.base_sequence);
  out.write_i32(record_count_);
  out.write_bytes(body);
  out.patch_u32(kBatchCrcStart - 4, crc32c(out.view().subspan(kBatchCrcStart)));
  return std::move(out).take();
}

}  // namespace tarn::record
