#include "formats/record/validate.h"

#include <string>

#include "base/check.h"
#include "base/crc32c.h"

namespace tarn::record {
namespace {

constexpr size_t kMagic = 16;
constexpr size_t kAttributesLowByte = 22;
constexpr size_t kMaxTimestamp = 35;
constexpr size_t kCrc = kBatchCrcStart - 4;
constexpr std::byte kLogAppendTime{8};

Error invalid(const char* what) {
  return {ErrorCode::invalid_argument, what};
}

void put(std::span<std::byte> to, uint64_t value) {
  for (size_t i = 0; i < to.size(); ++i) {
    to[i] = static_cast<std::byte>(value >> ((to.size() - 1 - i) * 8));
  }
}

Status check_promises(const BatchHeader& header) {
  if (header.record_count == 0) return invalid("a record batch without records");
  if (int64_t{header.record_count} != int64_t{header.last_offset_delta} + 1) {
    return invalid("a record batch whose offsets do not match the number of its records");
  }
  if (header.is_control()) return invalid("a control batch, which only brokers write");
  if (header.has_delete_horizon()) {
    return invalid("a record batch with a delete horizon, which only brokers set");
  }
  if (header.has_log_append_time()) {
    return invalid("a record batch with the time of its arrival, which only brokers set");
  }
  if (header.producer_id.value() >= 0 && (header.producer_epoch < 0 || header.base_sequence < 0)) {
    return invalid("a record batch of an idempotent producer without epoch or sequence");
  }
  if (header.is_transactional() && header.producer_id.value() < 0) {
    return invalid("a transactional record batch without a producer id");
  }
  return {};
}

}  // namespace

Result<BatchHeader> validate_batch(BytesView bytes, size_t bytes_max) {
  if (bytes.size() > bytes_max) {
    return Error(ErrorCode::resource_exhausted,
                 "a record batch of " + std::to_string(bytes.size()) + " bytes; the limit is " +
                     std::to_string(bytes_max));
  }
  if (bytes.size() > kMagic && bytes[kMagic] != std::byte{2}) {
    return invalid(
        "records in a format older than Kafka 0.11; only batches of version 2 are taken");
  }
  auto header = TRY(read_batch_header(bytes));
  if (header.total_bytes < bytes.size()) {
    return invalid("more than one record batch for one partition");
  }
  TRY(verify_batch_crc(header, bytes));
  TRY(check_promises(header));
  return header;
}

Result<RecordFacts> validate_records(const BatchHeader& header, BytesView batch,
                                     size_t plain_bytes_max) {
  RecordWalker walker(header);
  const Status walked =
      decompress_in_pieces(header.codec(), batch.subspan(kBatchHeaderBytes), plain_bytes_max,
                           [&walker](BytesView piece) { return walker.feed(piece); });
  if (!walked && walked.error().code() == ErrorCode::resource_exhausted) return walked.error();
  auto times = walked ? walker.finish() : walked.error();
  if (!times) return Error(ErrorCode::invalid_argument, times.error().message());
  return times;
}

void set_max_timestamp(std::span<std::byte> batch, Timestamp newest) {
  check(batch.size() >= kBatchHeaderBytes, "a whole batch header");
  put(batch.subspan(kMaxTimestamp, 8), static_cast<uint64_t>(unix_millis(newest)));
  put(batch.subspan(kCrc, 4), crc32c(batch.subspan(kBatchCrcStart)));
}

void set_log_append_time(std::span<std::byte> batch, Timestamp at) {
  check(batch.size() >= kBatchHeaderBytes, "a whole batch header");
  batch[kAttributesLowByte] |= kLogAppendTime;
  set_max_timestamp(batch, at);
}

}  // namespace tarn::record
