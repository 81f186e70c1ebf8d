#include "base/base64.h"

#include <algorithm>
#include <cstdint>

#include "base/utf8.h"

namespace tarn {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string encode_base64(BytesView bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t at = 0; at < bytes.size(); at += 3) {
    const size_t count = std::min<size_t>(3, bytes.size() - at);
    uint32_t group = 0;
    for (size_t i = 0; i < 3; ++i) {
      group = (group << 8) | (i < count ? std::to_integer<uint32_t>(bytes[at + i]) : 0);
    }
    for (size_t i = 0; i < 4; ++i) {
      text += i <= count ? kAlphabet[(group >> (18 - 6 * i)) & 63] : '=';
    }
  }
  return text;
}

Result<Bytes> decode_base64(std::string_view text) {
  Bytes bytes;
  uint32_t group = 0;
  int bits = 0;
  for (const char c : text.substr(0, text.find('='))) {
    const size_t digit = kAlphabet.find(c);
    if (digit == std::string_view::npos) break;
    group = (group << 6) | static_cast<uint32_t>(digit);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push_back(static_cast<std::byte>((group >> bits) & 0xff));
  }
  // Also refuses bad digits, missing padding and bits that are left over.
  if (encode_base64(bytes) != text) return Error(ErrorCode::invalid_argument, "not valid Base64");
  return bytes;
}

Result<Bytes> decode_base64url(std::string_view text) {
  std::string standard(text);
  for (char& c : standard) {
    if (c == '+' || c == '/' || c == '=') {
      return Error(ErrorCode::invalid_argument, "not valid Base64 for URLs");
    }
    if (c == '-') c = '+';
    if (c == '_') c = '/';
  }
  standard.append((4 - standard.size() % 4) % 4, '=');
  return decode_base64(standard);
}

std::string text_or_base64(BytesView bytes) {
  const std::string_view text = as_text(bytes);
  return is_utf8(text) ? std::string(text) : "base64:" + encode_base64(bytes);
}

}  // namespace tarn
