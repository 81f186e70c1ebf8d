// The text of one value that is not nested.
#pragma once

#include <string>
#include <string_view>

#include "formats/columns/column.h"

namespace tarn::api {

// Not for null, lists and structures.
std::string cell_text(const columns::Column& column, size_t row);

std::string base64(std::string_view bytes);

// Well-formed as RFC 3629 has it.
bool is_utf8(std::string_view bytes);

}  // namespace tarn::api
