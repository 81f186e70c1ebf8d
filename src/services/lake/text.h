// JSON as text.
#pragma once

#include <string>
#include <string_view>

namespace tarn::lake {

// A valid JSON text without line breaks: those between its values become spaces.
std::string single_line(std::string_view json);

// As a JSON text, in quotes.
std::string json_text(std::string_view text);

}  // namespace tarn::lake
