// Writes a message by its description (decoder.h).
#pragma once

#include <bit>
#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/uuid.h"
#include "formats/kafka_protocol/decoder.h"

namespace tarn::kafka_protocol {

// What goes to a socket, in order. Records are not copied into it.
struct Frame {
  std::vector<SharedBytes> pieces;
  size_t bytes = 0;

  [[nodiscard]] Bytes joined() const;
};

class Encoder {
 public:
  Encoder(int16_t version, bool flexible) : version_(version), flexible_(flexible) {}

  template <class T>
  void field(const T& value, Versions versions = {}) {
    if (versions.contain(version_)) write(value, version_ >= versions.nullable_from);
  }
  template <class T>
  void tagged(uint32_t, const T&, Versions = {}, const T& = T{}) {}  // see write_tags

  template <class T>
  void write(const T& value, bool = false) {
    T::describe(value, *this);
    if (flexible_) write_tags(value);
  }
  void write(bool value, bool = false) { out_.write_i8(value ? 1 : 0); }
  void write(int8_t value, bool = false) { out_.write_i8(value); }
  void write(int16_t value, bool = false) { out_.write_i16(value); }
  void write(int32_t value, bool = false) { out_.write_i32(value); }
  void write(int64_t value, bool = false) { out_.write_i64(value); }
  void write(double value, bool = false) { out_.write_i64(std::bit_cast<int64_t>(value)); }
  void write(const Uuid& value, bool = false);
  // Cut to what an i16 can count where the version is not flexible.
  void write(std::string_view value, bool = false);
  void write(const std::string& value, bool = false) { write(std::string_view(value)); }
  void write(BytesView value, bool = false);
  void write(const Bytes& value, bool = false) { write(BytesView(value)); }
  void write(const Records& value, bool = false);

  template <class T>
  void write(const std::vector<T>& values, bool = false) {
    write_length(Length::i32, values.size());
    for (const T& value : values) write(value);
  }
  // What is missing but may not be null in this version is written as empty.
  template <class T>
  void write(const std::optional<T>& value, bool nullable) {
    if constexpr (kIsStruct<T>) {
      if (nullable) write(int8_t{value ? int8_t{1} : int8_t{-1}});
      if (value || !nullable) write(value.value_or(T{}));
      return;
    }
    if (value) return write(*value);
    if (nullable) return write_null(length_of(value));
    write(T{});
  }

  // For headers.
  ByteWriter& raw() { return out_; }
  Frame take() &&;
  // With the number of its bytes in front, as an i32.
  Frame take_with_size() &&;

 private:
  enum class Length { i16, i32 };

  static constexpr Length length_of(const std::optional<std::string_view>&) { return Length::i16; }
  static constexpr Length length_of(const std::optional<std::string>&) { return Length::i16; }
  template <class T>
  static constexpr Length length_of(const std::optional<T>&) {
    return Length::i32;
  }

  void write_length(Length length, size_t value);
  void write_null(Length length);
  void cut_piece();

  // Collects the tagged fields that differ from their defaults.
  struct TagCollector {
    int16_t version;
    uint64_t count = 0;
    ByteWriter fields;

    template <class T>
    void field(const T&, Versions = {}) {}
    template <class T>
    void tagged(uint32_t number, const T& value, Versions versions = {},
                const T& default_value = T{}) {
      if (!versions.contain(version) || value == default_value) return;
      Encoder inner(version, true);
      inner.write(value, version >= versions.nullable_from);
      ++count;
      fields.write_unsigned_varint(number);
      fields.write_unsigned_varint(inner.out_.size());
      fields.write_bytes(inner.out_.view());
    }
  };

  template <class T>
  void write_tags(const T& value) {
    TagCollector collector{.version = version_, .fields = {}};
    T::describe(value, collector);
    out_.write_unsigned_varint(collector.count);
    out_.write_bytes(collector.fields.view());
  }

  int16_t version_;
  bool flexible_;
  ByteWriter out_;  // what comes after the pieces of the frame
  Frame frame_;
};

// The message alone, without a header.
template <class Message>
Frame encode(const Message& message, int16_t version) {
  Encoder encoder(version, Message::kApi.is_flexible(version));
  encoder.write(message);
  return std::move(encoder).take();
}

}  // namespace tarn::kafka_protocol
