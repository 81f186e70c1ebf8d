// Bytes of records as text.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"

namespace tarn::lake {

// A valid JSON text without line breaks: those between its values become spaces.
std::string single_line(std::string_view json);

// As a JSON text, in quotes.
std::string json_text(std::string_view text);

bool is_utf8(BytesView bytes);
std::string base64(BytesView bytes);
// As it is when it is UTF-8, else "base64:" and its Base64.
std::string key_text(BytesView key);

}  // namespace tarn::lake
