#include "formats/record/batch_builder.h"

#include <algorithm>
#include <limits>

#include "base/check.h"
#include "base/crc32c.h"
#include "formats/record/compression.h"
#include "formats/record/record_writer.h"

namespace tarn::record {
namespace {

constexpr int16_t kTransactional = 16;
constexpr int16_t kControl = 32;

}  // namespace

void BatchBuilder::add(const Record& record) {
  if (record_count_ == 0) base_timestamp_ = max_timestamp_ = record.timestamp;
  max_timestamp_ = std::max(max_timestamp_, record.timestamp);
  write_record(records_, record, record.timestamp - base_timestamp_, record_count_);
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
