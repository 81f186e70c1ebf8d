// What a partition column holds in a file. Private to the module; sees DuckDB's headers.
#pragma once

#include <optional>
#include <string>

#include <duckdb/common/types/value.hpp>

#include "engines/sql/table_catalog.h"

namespace tarn::sql {

// None for other columns.
std::optional<duckdb::Value> partition_value(const TableSnapshot& snapshot, const DataFile& file,
                                             const std::string& column,
                                             const duckdb::LogicalType& type);

}  // namespace tarn::sql
