#include "base/uuid.h"

#include <charconv>

namespace tarn {

Uuid Uuid::random(Random& random) {
  Uuid id;
  for (size_t i = 0; i < 16; i += 8) {
    uint64_t word = random();
    for (size_t j = 0; j < 8; ++j) id.bytes[i + j] = static_cast<uint8_t>(word >> (j * 8));
  }
  id.bytes[6] = static_cast<uint8_t>((id.bytes[6] & 0x0f) | 0x40);
  id.bytes[8] = static_cast<uint8_t>((id.bytes[8] & 0x3f) | 0x80);
  return id;
}

std::string Uuid::to_string() const {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += kDigits[bytes[i] >> 4];
    text += kDigits[bytes[i] & 15];
  }
  return text;
}

std::string Uuid::to_base64() const {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  for (size_t i = 0; i < 16; i += 3) {
    uint32_t group = uint32_t{bytes[i]} << 16;
    if (i + 1 < 16) group |= uint32_t{bytes[i + 1]} << 8;
    if (i + 2 < 16) group |= uint32_t{bytes[i + 2]};
    const size_t digits = i + 2 < 16 ? 4 : 2;
    for (size_t j = 0; j < digits; ++j) text += kDigits[(group >> (18 - 6 * j)) & 63];
  }
  return text;
}

Result<Uuid> Uuid::parse(std::string_view text) {
  Uuid id;
  size_t at = 0;
  for (size_t i = 0; i < 16; ++i) {
    const bool dash = i == 4 || i == 6 || i == 8 || i == 10;
    if (dash && (at >= text.size() || text[at++] != '-')) break;
    if (at + 2 > text.size()) break;
    auto [end, error] = std::from_chars(text.data() + at, text.data() + at + 2, id.bytes[i], 16);
    if (error != std::errc() || end != text.data() + at + 2) break;
    at += 2;
    if (i == 15 && at == text.size()) return id;
  }
  return Error(ErrorCode::invalid_argument, "not a UUID: " + std::string(text.substr(0, 64)));
}

}  // namespace tarn
