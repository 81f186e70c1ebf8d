// The columns by which a table is divided into folders.
#pragma once

#include <string>
#include <vector>

#include "formats/columns/column.h"
#include "services/lake/table_spec.h"

namespace tarn::lake {

// What a field with a time part adds to the table: an integer, or a text by its format.
columns::Field partition_column(const PartitionField& field);

// Its values for some rows, in UTC: of timestamps and dates, of integers as milliseconds since
// 1970, of texts as RFC 3339; null for what is none, or when the rows do not have the column.
columns::Column partition_values(const PartitionField& field, const columns::Batch& rows);

// The names of the columns that the fields add; a value's field with such a name is renamed.
std::vector<std::string> made_columns(const std::vector<PartitionField>& fields);

}  // namespace tarn::lake
