#include "formats/record/record_reader.h"

namespace tarn::record {
namespace {

Error corrupt(const char* what) {
  return {ErrorCode::corrupt, what};
}

std::optional<BytesView> read_field(ByteReader& reader) {
  const int64_t length = reader.read_varint();
  if (length == -1) return std::nullopt;
  if (length < -1) {
    reader.fail();
    return std::nullopt;
  }
  return reader.read_bytes(static_cast<uint64_t>(length));
}

// Sums of hostile numbers wrap instead of being undefined.
int64_t wrapping_sum(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}

}  // namespace

Result<RecordReader> RecordReader::open(BytesView batch, size_t plain_bytes_max) {
  auto header = TRY(read_batch_header(batch));
  if (header.total_bytes != batch.size()) return corrupt("a record batch is cut off");
  BytesView body = batch.subspan(kBatchHeaderBytes);
  if (header.codec() == Codec::none) return RecordReader(header, {}, body);
  Bytes plain = TRY(decompress(header.codec(), body, plain_bytes_max));
  const BytesView records = plain;  // moving a vector leaves its bytes where they are
  return RecordReader(header, std::move(plain), records);
}

RecordReader::RecordReader(BatchHeader header, Bytes plain, BytesView records)
    : header_(header), plain_(std::move(plain)), records_(records) {}

Result<std::optional<Record>> RecordReader::next() {
  if (read_count_ == header_.record_count) {
    if (records_.remaining() != 0) return corrupt("a record batch has bytes after its records");
    return std::nullopt;
  }
  auto record = TRY(read_record());
  ++read_count_;
  return record;
}

Result<Record> RecordReader::read_record() {
  const int64_t length = records_.read_varint();
  if (length < 0) return corrupt("a record with a negative length");
  ByteReader reader(records_.read_bytes(static_cast<uint64_t>(length)));
  TRY(records_.status());
  Record record;
  reader.read_i8();  // attributes: none are defined
  const int64_t timestamp_delta = reader.read_varint();
  const int64_t offset_delta = reader.read_varint();
  record.key = read_field(reader);
  record.value = read_field(reader);
  TRY(read_headers(reader));
  if (reader.remaining() != 0) return corrupt("a record is longer than its fields");
  if (offset_delta < 0 || offset_delta > header_.last_offset_delta) {
    return corrupt("a record with an offset outside its batch");
  }
  record.offset = header_.base_offset + offset_delta;
  record.timestamp =
      header_.has_log_append_time()
          ? header_.max_timestamp
          : from_unix_millis(wrapping_sum(unix_millis(header_.base_timestamp), timestamp_delta));
  record.headers = headers_;
  return record;
}

Status RecordReader::read_headers(ByteReader& reader) {
  headers_.clear();
  const int64_t count = reader.read_varint();
  // Each takes two bytes at least, so a lie about their number ends here.
  if (count < 0 || static_cast<uint64_t>(count) > reader.remaining() / 2) reader.fail();
  TRY(reader.status());
  for (int64_t i = 0; i < count; ++i) {
    auto key = read_field(reader);
    if (!key) return corrupt("a record header without a key");
    auto value = read_field(reader);
    TRY(reader.status());
    headers_.push_back({.key = as_text(*key), .value = value});
  }
  return {};
}

}  // namespace tarn::record
