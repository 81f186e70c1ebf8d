// Any text as an expression, and the rest as what it is to match: an expression that is quoted
// matches itself.
#include <cstdint>

#include "base/bytes.h"
#include "base/check.h"
#include "formats/pattern/pattern.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using tarn::pattern::Pattern;
  const auto input = tarn::as_text(std::as_bytes(std::span(data, size)));
  const size_t half = input.size() / 2;
  const auto pattern = Pattern::compile(input.substr(0, half));
  if (pattern) static_cast<void>(pattern->matches(input.substr(half)));
  if (input.find('\\') != std::string_view::npos || input.size() > 1000) return 0;
  std::string letters;
  for (char c : input) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) letters += c;
  }
  const auto plain = Pattern::compile(letters);
  tarn::check(plain && plain->matches(letters), "letters and digits match themselves");
  return 0;
}
