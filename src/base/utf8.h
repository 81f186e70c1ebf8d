// UTF-8 (RFC 3629).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tarn {

// The length of the sequence that text begins with; 0 when it is none. text is not empty.
size_t utf8_length(std::string_view text);
bool is_utf8(std::string_view text);
// What is no code point becomes U+FFFD.
void append_utf8(std::string& out, uint32_t code_point);

}  // namespace tarn
