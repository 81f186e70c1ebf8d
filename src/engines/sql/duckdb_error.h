// DuckDB's failures as ours. Private to the module.
#pragma once

#include <exception>

#include "base/error.h"

namespace duckdb {
class ErrorData;
}

namespace tarn::sql {

// DuckDB's message is kept, with the line of SQL and the caret under the place.
Error translate(const duckdb::ErrorData& error);
Error translate(const std::exception& exception);
// After such an error the database must not be used any more.
bool is_fatal(const duckdb::ErrorData& error);

}  // namespace tarn::sql
