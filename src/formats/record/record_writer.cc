#include "formats/record/record_writer.h"

namespace tarn::record {
namespace {

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
void write_record(ByteWriter& out, const Record& record, Millis since, int32_t offset_delta) {
  const int64_t timestamp_delta = since.count();
  const auto header_count = static_cast<int64_t>(record.headers.size());
  size_t length = 1 + varint_bytes(timestamp_delta) + varint_bytes(offset_delta) +
                  field_bytes(record.key) + field_bytes(record.value) + varint_bytes(header_count);
  for (const auto& header : record.headers) {
    length += field_bytes(as_bytes(header.key)) + field_bytes(header.value);
  }
  out.write_varint(static_cast<int64_t>(length));
  out.write_i8(0);
  out.write_varint(timestamp_delta);
  out.write_varint(offset_delta);
  write_field(out, record.key);
  write_field(out, record.value);
  out.write_varint(header_count);
  for (const auto& header : record.headers) {
    write_field(out, as_bytes(header.key));
    write_field(out, header.value);
  }
}

}  // namespace tarn::record
