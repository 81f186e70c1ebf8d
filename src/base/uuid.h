// 128-bit identifiers: topic ids (KIP-516), table ids, file names.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/random.h"

namespace tarn {

struct Uuid {
  std::array<uint8_t, 16> bytes{};

  static Uuid random(Random& random);  // version 4, RFC 9562
  [[nodiscard]] bool is_zero() const { return *this == Uuid{}; }
  [[nodiscard]] std::string to_string() const;  // 8-4-4-4-12 hex digits
  [[nodiscard]] std::string to_base64() const;  // 22 characters, URL-safe: Kafka's way to print it
  static Result<Uuid> parse(std::string_view text);  // the form of to_string()

  auto operator<=>(const Uuid&) const = default;
};

}  // namespace tarn
