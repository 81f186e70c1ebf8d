// Rows of an answer as CSV.
#pragma once

#include <string>

#include "engines/sql/query.h"

namespace tarn::api {

// RFC 4180 with a heading; null is empty, the empty text is "", lists and structures are JSON.
std::string answer_to_csv(const sql::Answer& answer);

}  // namespace tarn::api
