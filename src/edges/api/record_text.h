// Bytes of records as text.
#pragma once

#include <string>
#include <string_view>

namespace tarn::api {

std::string base64(std::string_view bytes);

// Well-formed as RFC 3629 has it.
bool is_utf8(std::string_view bytes);

}  // namespace tarn::api
