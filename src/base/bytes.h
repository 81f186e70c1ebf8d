// Bytes: views, shared immutable buffers, and big-endian reading and writing with Kafka's varints.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace tarn {

using BytesView = std::span<const std::byte>;
using Bytes = std::vector<std::byte>;

inline BytesView as_bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}
inline std::string_view as_text(BytesView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// A slice of an immutable buffer that all holders keep alive together. Cheap to copy; any thread.
class SharedBytes {
 public:
  SharedBytes() = default;
  explicit SharedBytes(Bytes bytes) {
    auto owned = std::make_shared<const Bytes>(std::move(bytes));
    view_ = *owned;
    owner_ = std::move(owned);
  }
  // view must stay valid as long as owner lives.
  SharedBytes(std::shared_ptr<const void> owner, BytesView view)
      : owner_(std::move(owner)), view_(view) {}

  [[nodiscard]] BytesView view() const { return view_; }
  [[nodiscard]] size_t size() const { return view_.size(); }
  [[nodiscard]] bool empty() const { return view_.empty(); }
  [[nodiscard]] SharedBytes slice(size_t position, size_t length) const {
    return {owner_, view_.subspan(position, length)};
  }

 private:
  std::shared_ptr<const void> owner_;
  BytesView view_;
};

// A slice that its one holder may still write to: a batch between its arrival and its commit.
// freeze() ends that; the bytes stay where they are.
class MutableBytes {
 public:
  MutableBytes() = default;
  explicit MutableBytes(Bytes bytes) {
    auto owned = std::make_shared<Bytes>(std::move(bytes));
    view_ = *owned;
    owner_ = std::move(owned);
  }
  // view must stay valid as long as owner lives, and no other slice may overlap it.
  MutableBytes(std::shared_ptr<void> owner, std::span<std::byte> view)
      : owner_(std::move(owner)), view_(view) {}

  [[nodiscard]] std::span<std::byte> view() const { return view_; }
  [[nodiscard]] size_t size() const { return view_.size(); }
  SharedBytes freeze() && { return {std::move(owner_), view_}; }

 private:
  std::shared_ptr<void> owner_;
  std::span<std::byte> view_;
};

// A value as the machine has it from one as it was loaded, and the other way round.
template <class Integer>
constexpr Integer from_big_endian(Integer value) {
  return std::endian::native == std::endian::big ? value : std::byteswap(value);
}

// Reads big-endian values from foreign bytes. A read past the end gives zero or an empty view and
// marks the reader as failed; callers read a whole structure and then ask status() once.
class ByteReader {
 public:
  explicit ByteReader(BytesView bytes) : bytes_(bytes) {}

  int8_t read_i8() { return read_integer<int8_t>(); }
  int16_t read_i16() { return read_integer<int16_t>(); }
  uint16_t read_u16() { return read_integer<uint16_t>(); }
  int32_t read_i32() { return read_integer<int32_t>(); }
  uint32_t read_u32() { return read_integer<uint32_t>(); }
  int64_t read_i64() { return read_integer<int64_t>(); }
  uint64_t read_u64() { return read_integer<uint64_t>(); }
  double read_f64();
  uint64_t read_unsigned_varint();        // at most 10 bytes, little-endian base 128
  int64_t read_varint();                  // zigzag
  BytesView read_bytes(uint64_t length);  // borrows from the input

  [[nodiscard]] size_t remaining() const { return bytes_.size() - position_; }
  [[nodiscard]] size_t position() const { return position_; }
  [[nodiscard]] bool failed() const { return failed_; }
  void fail() { failed_ = true; }
  // corrupt when anything was read past the end.
  [[nodiscard]] Status status() const;

 private:
  template <class Integer>
  Integer read_integer() {
    if (failed_ || sizeof(Integer) > remaining()) {
      failed_ = true;
      return 0;
    }
    Integer value;
    std::memcpy(&value, bytes_.data() + position_, sizeof(Integer));
    position_ += sizeof(Integer);
    return from_big_endian(value);
  }

  BytesView bytes_;
  size_t position_ = 0;
  bool failed_ = false;
};

// Appends big-endian values to a growing buffer.
class ByteWriter {
 public:
  void write_i8(int8_t value) { write_integer(value); }
  void write_i16(int16_t value) { write_integer(value); }
  void write_u16(uint16_t value) { write_integer(value); }
  void write_i32(int32_t value) { write_integer(value); }
  void write_u32(uint32_t value) { write_integer(value); }
  void write_i64(int64_t value) { write_integer(value); }
  void write_u64(uint64_t value) { write_integer(value); }
  void write_f64(double value);
  void write_unsigned_varint(uint64_t value);
  void write_varint(int64_t value);  // zigzag
  void write_bytes(BytesView bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
  void write_text(std::string_view text) { write_bytes(as_bytes(text)); }

  [[nodiscard]] size_t size() const { return bytes_.size(); }
  [[nodiscard]] BytesView view() const { return bytes_; }
  // For lengths and checksums that are known only afterwards.
  void patch_i32(size_t position, int32_t value);
  void patch_u32(size_t position, uint32_t value);
  Bytes take() && { return std::move(bytes_); }

 private:
  template <class Integer>
  void write_integer(Integer value) {
    const Integer big = from_big_endian(value);
    write_bytes(std::as_bytes(std::span(&big, 1)));
  }

  Bytes bytes_;
};

}  // namespace tarn
