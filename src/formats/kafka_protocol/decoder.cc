#include "formats/kafka_protocol/decoder.h"

#include <algorithm>

namespace tarn::kafka_protocol {

size_t Records::bytes() const {
  size_t sum = 0;
  for (const auto& piece : pieces) sum += piece.size();
  return sum;
}

void Decoder::read(Uuid& value, bool) {
  const BytesView raw = reader_.read_bytes(value.bytes.size());
  std::ranges::transform(raw, value.bytes.begin(),
                         [](std::byte byte) { return std::to_integer<uint8_t>(byte); });
}

void Decoder::read(std::string_view& value, bool) {
  value = as_text(read_sized(Length::i16));
}

void Decoder::read(std::string& value, bool) {
  value = as_text(read_sized(Length::i16));
}

void Decoder::read(BytesView& value, bool) {
  value = read_sized(Length::i32);
}

void Decoder::read(Bytes& value, bool) {
  const BytesView raw = read_sized(Length::i32);
  value.assign(raw.begin(), raw.end());
}

void Decoder::read(Records& value, bool) {
  value.pieces.clear();
  value.is_null = next_is_null(Length::i32);
  if (value.is_null) {
    read_length(Length::i32);
    return;
  }
  const BytesView raw = read_sized(Length::i32);
  if (!raw.empty()) value.pieces.emplace_back(Bytes(raw.begin(), raw.end()));
}

Status Decoder::finish() const {
  if (reader_.failed()) return Error(ErrorCode::corrupt, "the message does not fit its frame");
  if (reader_.remaining() != 0) {
    return Error(ErrorCode::corrupt, "the frame has bytes after its message");
  }
  return {};
}

int64_t Decoder::read_length(Length length) {
  if (!flexible_) return length == Length::i16 ? reader_.read_i16() : reader_.read_i32();
  const uint64_t raised = reader_.read_unsigned_varint();  // by one; 0 is null
  if (raised > INT32_MAX) {
    reader_.fail();
    return -1;
  }
  return static_cast<int64_t>(raised) - 1;
}

bool Decoder::next_is_null(Length length) const {
  Decoder ahead(*this);
  return ahead.read_length(length) == -1 && !ahead.failed();
}

BytesView Decoder::read_sized(Length length) {
  const int64_t bytes = read_length(length);
  if (bytes < 0) reader_.fail();
  if (failed()) return {};
  return reader_.read_bytes(static_cast<uint64_t>(bytes));
}

}  // namespace tarn::kafka_protocol
