#include "edges/api/record_text.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace tarn::api {

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (size_t at = 0; at < bytes.size(); at += 3) {
    size_t count = std::min<size_t>(3, bytes.size() - at);
    uint32_t group = 0;
    for (size_t index = 0; index < 3; ++index) {
      group = (group << 8) | (index < count ? static_cast<unsigned char>(bytes[at + index]) : 0U);
    }
    for (size_t index = 0; index < 4; ++index) {
      text += index <= count ? kDigits[(group >> (18 - 6 * index)) & 63U] : '=';
    }
  }
  return text;
}

bool is_utf8(std::string_view bytes) {
  // The smallest code point of a sequence of so many bytes: shorter forms are not allowed.
  constexpr std::array<uint32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
  for (size_t at = 0; at < bytes.size();) {
    auto lead = static_cast<unsigned char>(bytes[at]);
    size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if ((lead >= 0x80 && lead < 0xC2) || lead > 0xF4 || at + length > bytes.size()) return false;
    uint32_t code = length == 1 ? lead : lead & (0x7FU >> length);
    for (size_t index = 1; index < length; ++index) {
      auto next = static_cast<unsigned char>(bytes[at + index]);
      if ((next & 0xC0) != 0x80) return false;
      code = (code << 6) | (next & 0x3FU);
    }
    bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (code < kSmallest.at(length) || code > 0x10FFFF || is_surrogate) return false;
    at += length;
  }
  return true;
}

}  // namespace tarn::api
