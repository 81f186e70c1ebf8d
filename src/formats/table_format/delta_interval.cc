#include "formats/table_format/delta_interval.h"

#include <array>
#include <charconv>
#include <chrono>
#include <utility>

namespace tarn::table_format {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::pair<std::string_view, Millis>, 6> kUnits = {{{"millisecond", 1ms},
                                                                        {"second", 1s},
                                                                        {"minute", 1min},
                                                                        {"hour", 1h},
                                                                        {"day", 24h},
                                                                        {"week", 24h * 7}}};

std::string_view next_word(std::string_view& text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  const auto word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  return word;
}

std::optional<Millis> unit_of(std::string_view word) {
  if (word.ends_with('s')) word.remove_suffix(1);
  for (const auto& [name, length] : kUnits) {
    if (name == word) return length;
  }
  return {};
}

}  // namespace

std::optional<Millis> parse_interval(std::string_view text) {
  auto word = next_word(text);
  if (word == "interval") word = next_word(text);
  std::optional<Millis> whole;
  for (; !word.empty(); word = next_word(text)) {
    int64_t number = 0;
    const auto parsed = std::from_chars(word.data(), word.data() + word.size(), number);
    const auto unit = unit_of(next_word(text));
    if (parsed.ec != std::errc() || parsed.ptr != word.data() + word.size() || !unit) return {};
    int64_t part = 0;
    int64_t sum = 0;
    if (__builtin_mul_overflow(number, unit->count(), &part) ||
        __builtin_add_overflow(whole.value_or(0ms).count(), part, &sum)) {
      return {};
    }
    whole = Millis(sum);
  }
  return whole;
}

}  // namespace tarn::table_format
