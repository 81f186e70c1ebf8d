// Columns as CSV (RFC 4180, lines end with \n), with a header.
#pragma once

#include <string>

#include "formats/columns/column.h"

namespace tarn::columns {

void append_csv_header(const Schema& schema, std::string& out);
// null is nothing, the empty text is "". Lists and structures are JSON in quotes.
void append_csv_rows(const Batch& batch, std::string& out);

}  // namespace tarn::columns
