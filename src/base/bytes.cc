#include "base/bytes.h"

#include <bit>

#include "base/check.h"

namespace tarn {

double ByteReader::read_f64() {
  return std::bit_cast<double>(read_u64());
}

BytesView ByteReader::read_bytes(uint64_t length) {
  if (failed_ || length > remaining()) {
    failed_ = true;
    return {};
  }
  auto view = bytes_.subspan(position_, length);
  position_ += length;
  return view;
}

uint64_t ByteReader::read_unsigned_varint() {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !failed_ && position_ < bytes_.size(); shift += 7) {
    const auto byte = std::to_integer<uint64_t>(bytes_[position_++]);
    value |= (byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return value;
  }
  failed_ = true;
  return 0;
}

int64_t ByteReader::read_varint() {
  uint64_t raw = read_unsigned_varint();
  return static_cast<int64_t>(raw >> 1) ^ -static_cast<int64_t>(raw & 1);
}

Status ByteReader::status() const {
  if (failed_) return Error(ErrorCode::corrupt, "the bytes end before the structure does");
  return {};
}

void ByteWriter::write_f64(double value) {
  write_u64(std::bit_cast<uint64_t>(value));
}

void ByteWriter::write_unsigned_varint(uint64_t value) {
  while (value >= 0x80) {
    bytes_.push_back(static_cast<std::byte>((value & 0x7f) | 0x80));
    value >>= 7;
  }
  bytes_.push_back(static_cast<std::byte>(value));
}

void ByteWriter::write_varint(int64_t value) {
  write_unsigned_varint((static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63));
}

void ByteWriter::patch_i32(size_t position, int32_t value) {
  patch_u32(position, static_cast<uint32_t>(value));
}

void ByteWriter::patch_u32(size_t position, uint32_t value) {
  check(position + sizeof value <= bytes_.size(), "patch inside what was written");
  const uint32_t big = from_big_endian(value);
  std::memcpy(bytes_.data() + position, &big, sizeof big);
}

}  // namespace tarn
