// Makes up messages by their description.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "formats/kafka_protocol/decoder.h"

namespace tarn::kafka_protocol::testing {

class Generator {
 public:
  Generator(uint64_t seed, int16_t version) : random_(seed), version_(version) {}

  template <class Message>
  Message make() {
    Message message;
    fill(message);
    return message;
  }

  template <class T>
  void field(T& value, Versions versions = {}) {
    if (versions.contain(version_)) fill(value, version_ >= versions.nullable_from);
  }
  template <class T>
  void tagged(uint32_t, T& value, Versions versions = {}, const T& = T{}) {
    if (random_.below(2) == 0) field(value, versions);
  }

 private:
  template <class T>
  void fill(T& value, bool = false) {
    T::describe(value, *this);
  }
  void fill(bool& value, bool = false) { value = random_.below(2) == 1; }
  void fill(int8_t& value, bool = false) { value = static_cast<int8_t>(random_()); }
  void fill(int16_t& value, bool = false) { value = static_cast<int16_t>(random_()); }
  void fill(int32_t& value, bool = false) { value = static_cast<int32_t>(random_()); }
  void fill(int64_t& value, bool = false) { value = static_cast<int64_t>(random_()); }
  void fill(double& value, bool = false) {
    value = static_cast<double>(random_.below(1 << 20)) / 8;
  }
  void fill(Uuid& value, bool = false) { value = Uuid::random(random_); }
  void fill(std::string_view& value, bool = false) { value = word(); }
  void fill(std::string& value, bool = false) { value = word(); }
  void fill(BytesView& value, bool = false) { value = as_bytes(word()); }
  void fill(Bytes& value, bool = false) {
    auto bytes = as_bytes(word());
    value.assign(bytes.begin(), bytes.end());
  }
  void fill(Records& value, bool = false) {
    value.is_null = random_.below(4) == 0;
    if (value.is_null) return;
    for (uint64_t i = random_.below(3); i > 0; --i) {
      Bytes piece;
      fill(piece);
      value.pieces.emplace_back(std::move(piece));
    }
  }
  template <class T>
  void fill(std::vector<T>& values, bool = false) {
    values.resize(random_.below(4));
    for (T& value : values) fill(value);
  }
  template <class T>
  void fill(std::optional<T>& value, bool nullable) {
    if (!nullable || random_.below(3) > 0) fill(value.emplace());
  }

  std::string_view word() {
    static constexpr std::array<std::string_view, 5> kWords{
        "", "a", "orders", "a name with blanks and \xc3\xa4",
        "one that is longer than one hundred and twenty-seven bytes, so that its length needs two "
        "bytes as a varint: 0123456789 0123456789 0123456789"};
    return kWords.at(random_.below(kWords.size()));
  }

  Random random_;
  int16_t version_;
};

}  // namespace tarn::kafka_protocol::testing
