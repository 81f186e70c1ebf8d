// Reads a message by its description.
//
// A message is a struct with
//   static constexpr Api kApi;                                  // of a whole request or response
//   static void describe(auto& message, auto& visit) {          // every field, in order
//     visit.field(message.name);                                // in all versions
//     visit.field(message.timeout, {.from = 3, .to = 7});       // in some
//     visit.field(message.note, {.from = 2, .nullable_from = 4});  // optional<>: may be null
//     visit.tagged(0, message.rack, {.from = 11});              // after all fields; may be absent
//     visit.tagged(1, message.epoch, {}, -1);                   // its default is not T{}
//   }
// Decoder, Encoder and the generator of the tests are derived from it. Fields are bool, intN_t,
// double, Uuid, string_view and BytesView (borrowed) or std::string and Bytes, Records, other
// described structs, std::vector of these, and std::optional of what may be null. A struct that may
// be null has a byte before it: 1, or -1 for null; it cannot be nested in the struct that has it.
#pragma once

#include <bit>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/uuid.h"

namespace tarn::kafka_protocol {

struct Versions {
  int16_t from = 0;
  int16_t to = INT16_MAX;
  int16_t nullable_from = 0;

  [[nodiscard]] constexpr bool contain(int16_t version) const {
    return version >= from && version <= to;
  }
};

// Whole record batches, in pieces that need not be copied together. The length counts all.
struct Records {
  std::vector<SharedBytes> pieces;
  bool is_null = false;  // then there are no pieces
  [[nodiscard]] size_t bytes() const;
};

// What describes its own fields. The other types that may be null have a length, which says so.
template <class T>
inline constexpr bool kIsStruct = std::is_class_v<T>;
template <>
inline constexpr bool kIsStruct<std::string> = false;
template <>
inline constexpr bool kIsStruct<std::string_view> = false;
template <>
inline constexpr bool kIsStruct<BytesView> = false;
template <>
inline constexpr bool kIsStruct<Records> = false;
template <class T>
inline constexpr bool kIsStruct<std::vector<T>> = false;

// The most elements that all arrays of one message may have together. An element may be smaller on
// the wire than in memory, so the length of the frame alone is not a bound.
inline constexpr size_t kElementsMax = 1'000'000;

class Decoder {
 public:
  Decoder(BytesView bytes, int16_t version, bool flexible)
      : reader_(bytes), version_(version), flexible_(flexible) {}

  template <class T>
  void field(T& value, Versions versions = {}) {
    if (versions.contain(version_)) read(value, version_ >= versions.nullable_from);
  }
  template <class T>
  void tagged(uint32_t, T&, Versions = {}, const T& = T{}) {}  // see read_tags

  template <class T>
  void read(T& value, bool = false) {
    T::describe(value, *this);
    if (flexible_) read_tags(value);
  }
  void read(bool& value, bool = false) { value = reader_.read_i8() != 0; }
  void read(int8_t& value, bool = false) { value = reader_.read_i8(); }
  void read(int16_t& value, bool = false) { value = reader_.read_i16(); }
  void read(int32_t& value, bool = false) { value = reader_.read_i32(); }
  void read(int64_t& value, bool = false) { value = reader_.read_i64(); }
  void read(double& value, bool = false) { value = std::bit_cast<double>(reader_.read_i64()); }
  void read(Uuid& value, bool = false);
  void read(std::string_view& value, bool = false);
  void read(std::string& value, bool = false);
  void read(BytesView& value, bool = false);
  void read(Bytes& value, bool = false);
  void read(Records& value, bool = false);

  template <class T>
  void read(std::vector<T>& values, bool = false) {
    const int64_t count = read_length(Length::i32);
    if (count < 0) return reader_.fail();
    read_elements(values, static_cast<uint64_t>(count));
  }
  template <class T>
  void read(std::optional<T>& value, bool nullable) {
    if constexpr (kIsStruct<T>) {
      value.reset();
      if (!nullable || reader_.read_i8() >= 0) read(value.emplace());
      return;
    }
    if (next_is_null(length_of(value))) {
      if (!nullable) reader_.fail();
      read_length(length_of(value));
      value.reset();
      return;
    }
    read(value.emplace());
  }

  [[nodiscard]] bool failed() const { return reader_.failed(); }
  // corrupt when a read failed, or bytes are left.
  [[nodiscard]] Status finish() const;

 private:
  enum class Length { i16, i32 };  // how lengths are written where not flexible

  static constexpr Length length_of(const std::optional<std::string_view>&) { return Length::i16; }
  static constexpr Length length_of(const std::optional<std::string>&) { return Length::i16; }
  template <class T>
  static constexpr Length length_of(const std::optional<T>&) {
    return Length::i32;
  }

  int64_t read_length(Length length);  // -1: null
  bool next_is_null(Length length) const;
  BytesView read_sized(Length length);

  template <class T>
  void read_elements(std::vector<T>& values, uint64_t count) {
    // Each element takes a byte at least.
    if (count > reader_.remaining() || count > elements_left_) return reader_.fail();
    elements_left_ -= count;
    values.clear();
    for (uint64_t i = 0; i < count && !failed(); ++i) read(values.emplace_back());
  }

  // Decodes the one tagged field that stands in bytes, if the message has it in this version.
  struct TagPicker {
    Decoder& outer;
    uint64_t tag;
    BytesView bytes;

    template <class T>
    void field(T&, Versions = {}) {}
    template <class T>
    void tagged(uint32_t number, T& value, Versions versions = {}, const T& = T{}) {
      if (number != tag || !versions.contain(outer.version_)) return;
      Decoder inner(bytes, outer.version_, true);
      inner.elements_left_ = outer.elements_left_;
      inner.read(value, outer.version_ >= versions.nullable_from);
      outer.elements_left_ = inner.elements_left_;
      if (!inner.finish()) outer.reader_.fail();
    }
  };

  template <class T>
  void read_tags(T& value) {
    const uint64_t count = reader_.read_unsigned_varint();
    for (uint64_t i = 0; i < count && !failed(); ++i) {
      const uint64_t tag = reader_.read_unsigned_varint();
      const BytesView bytes = reader_.read_bytes(reader_.read_unsigned_varint());
      TagPicker picker{*this, tag, bytes};
      if (!failed()) T::describe(value, picker);
    }
  }

  ByteReader reader_;
  int16_t version_;
  bool flexible_;
  size_t elements_left_ = kElementsMax;
};

// The message that bytes begin with. Borrows from bytes. Errors: corrupt. What is left of a frame
// is ignored, as Kafka does: librdkafka 2.16 asks for the metadata of all topics with a count of
// four bytes where one is meant, and leaves three behind.
template <class Message>
Result<Message> decode(BytesView bytes, int16_t version) {
  Decoder decoder(bytes, version, Message::kApi.is_flexible(version));
  Message message;
  decoder.read(message);
  if (decoder.failed()) return Error(ErrorCode::corrupt, "the message does not fit its frame");
  return message;
}

}  // namespace tarn::kafka_protocol
