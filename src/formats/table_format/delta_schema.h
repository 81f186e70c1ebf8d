// A table's schema as Delta writes it: a JSON text (protocol, "Schema Serialization Format").
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "formats/columns/schema.h"

namespace tarn::table_format {

// long, double, boolean, string, timestamp, date, binary, array, struct. A decimal column is a bug.
std::string write_schema(const columns::Schema& schema);

// Errors: corrupt; unimplemented for a type of Delta that columns do not have (integer, decimal,
// map, …), with the column's name.
Result<columns::Schema> read_schema(std::string_view text);

// The text with the fields of schema that it lacks, nested ones too, added at the ends; all that
// the text says besides (comments, settings of other writers) stays.
Result<std::string> add_to_schema(std::string_view text, const columns::Schema& schema);

}  // namespace tarn::table_format
