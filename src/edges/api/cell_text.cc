#include "edges/api/cell_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "base/time.h"

namespace tarn::api {
namespace {

constexpr int64_t kMicrosPerMilli = 1'000;
constexpr int64_t kMicrosPerSecond = 1'000'000;

std::string double_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  char text[32];
  auto [end, error] = std::to_chars(text, text + sizeof(text), value);
  return {text, end};
}

// 2024-09-01T11:36:01.000250Z, with a fraction only when there is one.
std::string timestamp_text(int64_t micros) {
  int64_t second = micros / kMicrosPerSecond - (micros % kMicrosPerSecond < 0 ? 1 : 0);
  int64_t fraction = micros - second * kMicrosPerSecond;
  if (fraction % kMicrosPerMilli == 0) {
    return to_iso8601(from_unix_millis(second * 1'000 + fraction / kMicrosPerMilli));
  }
  std::string text = to_iso8601(from_unix_millis(second * 1'000));
  char digits[16];
  std::snprintf(digits, sizeof(digits), ".%06dZ", static_cast<int>(fraction));
  text.pop_back();
  return text + digits;
}

std::string date_text(int64_t days) {
  constexpr int64_t kMillisPerDay = 86'400'000;
  return to_iso8601(from_unix_millis(days * kMillisPerDay)).substr(0, 10);
}

}  // namespace

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

std::string cell_text(const columns::Column& column, size_t row) {
  switch (column.type().kind()) {
    case columns::TypeKind::boolean:
      return column.boolean_at(row) ? "true" : "false";
    case columns::TypeKind::int64:
      return std::to_string(column.int64_at(row));
    case columns::TypeKind::float64:
      return double_text(column.double_at(row));
    case columns::TypeKind::timestamp:
      return timestamp_text(column.int64_at(row));
    case columns::TypeKind::date:
      return date_text(column.int64_at(row));
    case columns::TypeKind::binary:
      return base64(column.text_at(row));
    case columns::TypeKind::text:
    case columns::TypeKind::decimal:
      return std::string(column.text_at(row));
    case columns::TypeKind::list:
    case columns::TypeKind::structure:
      break;
  }
  return {};
}

}  // namespace tarn::api
