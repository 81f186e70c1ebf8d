#include "formats/record/batch_rewriter.h"

#include <algorithm>
#include <limits>

#include "base/check.h"
#include "base/crc32c.h"
#include "formats/record/compression.h"
#include "formats/record/record_writer.h"

namespace tarn::record {

namespace {

constexpr int16_t kCodecBits = 7;

}  // namespace

BatchRewriter::BatchRewriter(const BatchHeader& original, std::optional<Timestamp> delete_horizon)
    : header_(original) {
  header_.max_timestamp = from_unix_millis(-1);
  if (!delete_horizon) return;
  header_.base_timestamp = *delete_horizon;
  header_.attributes |= kDeleteHorizon;
}

void BatchRewriter::keep(const Record& record) {
  header_.max_timestamp = std::max(header_.max_timestamp, record.timestamp);
  const int64_t delta = record.offset - header_.base_offset;
  check(delta >= 0 && delta <= header_.last_offset_delta, "a record of this batch");
  write_record(records_, record, record.timestamp - header_.base_timestamp,
               static_cast<int32_t>(delta));
  ++record_count_;
}

Bytes BatchRewriter::finish() && {
  Bytes packed;
  BytesView body = records_.view();
  if (record_count_ == 0) header_.attributes &= ~kCodecBits;  // nothing is packed
  if (header_.codec() != Codec::none) {
    packed = compress(header_.codec(), body);
    body = packed;
  }
  const size_t total = kBatchHeaderBytes + body.size();
  check(total <= std::numeric_limits<int32_t>::max(), "a batch is smaller than 2 GiB");
  ByteWriter out;
  out.write_i64(header_.base_offset.value());
  out.write_i32(static_cast<int32_t>(total - kBatchLengthEnd));
  out.write_i32(header_.leader_epoch.value());
  out.write_i8(2);
  out.write_u32(0);
  out.write_i16(header_.attributes);
  out.write_i32(header_.last_offset_delta);
  out.write_i64(unix_millis(header_.base_timestamp));
  out.write_i64(unix_millis(header_.max_timestamp));
  out.write_i64(header_.producer_id.value());
  out.write_i16(header_.producer_epoch);
  out.write_i32(header_.base_sequence);
  out.write_i32(record_count_);
  out.write_bytes(body);
  out.patch_u32(kBatchCrcStart - 4, crc32c(out.view().subspan(kBatchCrcStart)));
  return std::move(out).take();
}

}  // namespace tarn::record
