// Columns as JSON text (RFC 8259), for people and programs.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "formats/columns/column.h"

namespace tarn::columns {

// A text in quotes. It must be UTF-8.
void append_json_text(std::string_view text, std::string& out);

// int64 and decimal are numbers with all their digits; NaN and infinities, which JSON lacks, are
// null; timestamp and date are ISO 8601 texts in UTC; binary is base64; a structure is an object.
void append_json_value(const Column& column, size_t row, std::string& out);
// {"a":1,"b":null}
void append_json_row(const Batch& batch, size_t row, std::string& out);
// [\n{"a":1},\n{"a":2}\n]
std::string json_rows(std::span<const Batch> batches);
// {"a":[1,2],"b":[null,"x"]}
std::string json_columns(const Schema& schema, std::span<const Batch> batches);

}  // namespace tarn::columns
