// Rows of an answer as JSON: an array of objects.
#pragma once

#include <string>

#include "engines/sql/query.h"

namespace tarn::api {

// Timestamps and dates are ISO 8601 texts, binary is base64, decimals are numbers with all their
// digits, and what is no number in JSON (NaN, infinities) is null.
std::string answer_to_json(const sql::Answer& answer);

// One value by itself, as in the array.
void append_json(std::string& out, const columns::Column& column, size_t row);

}  // namespace tarn::api
