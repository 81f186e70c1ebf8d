#include "formats/pipeline/units.h"

#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <span>

namespace tarn::pipeline {
namespace {

struct Unit {
  std::string_view name;
  uint64_t factor;
};
constexpr std::array kSizes = std::to_array<Unit>({{"", 1},
                                                   {"B", 1},
                                                   {"kB", 1'000},
                                                   {"KB", 1'000},
                                                   {"MB", 1'000'000},
                                                   {"GB", 1'000'000'000},
                                                   {"TB", 1'000'000'000'000},
                                                   {"KiB", 1ULL << 10},
                                                   {"MiB", 1ULL << 20},
                                                   {"GiB", 1ULL << 30},
                                                   {"TiB", 1ULL << 40}});
constexpr std::array kDurations = std::to_array<Unit>(
    {{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}});

constexpr uint64_t kMax = std::numeric_limits<int64_t>::max();

// Takes "15s" off the front: a number and the unit that follows it; none when it does not fit.
std::optional<uint64_t> take_quantity(std::string_view& text, std::span<const Unit> units) {
  uint64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  size_t length = std::min(text.find_first_of("0123456789"), text.size());
  for (const Unit& unit : units) {
    if (unit.name != text.substr(0, length)) continue;
    if (number > kMax / unit.factor) return std::nullopt;
    text.remove_prefix(length);
    return number * unit.factor;
  }
  return std::nullopt;
}

// The largest unit that divides the amount.
std::string in_largest_unit(uint64_t amount, std::span<const Unit> units) {
  const Unit* best = &units.front();
  for (const Unit& unit : units) {
    if (amount != 0 && amount % unit.factor == 0 && unit.factor >= best->factor) best = &unit;
  }
  return std::to_string(amount / best->factor) + std::string(best->name);
}

}  // namespace

Result<uint64_t> parse_size(std::string_view text) {
  auto size = take_quantity(text, kSizes);
  if (!size || !text.empty()) {
    return Error(ErrorCode::invalid_argument,
                 "write a number and one of B, kB, MB, GB, TB (powers of 1000) or KiB, MiB, GiB, "
                 "TiB (powers of 1024)");
  }
  return *size;
}

std::string format_size(uint64_t bytes) {
  std::string text = in_largest_unit(bytes, kSizes);
  bool has_unit = text.find_first_not_of("0123456789") != std::string::npos;
  return has_unit ? text : text + "B";
}

Result<Millis> parse_duration(std::string_view text) {
  uint64_t total = 0;
  bool fits = !text.empty();
  while (fits && !text.empty()) {
    auto part = take_quantity(text, kDurations);
    fits = part && *part <= kMax - total;
    if (fits) total += *part;
  }
  if (!fits) {
    return Error(ErrorCode::invalid_argument, "write a number and one of ms, s, m, h, d");
  }
  return Millis(static_cast<int64_t>(total));
}

std::string format_duration(Millis duration) {
  return in_largest_unit(static_cast<uint64_t>(duration.count()), kDurations);
}

}  // namespace tarn::pipeline
