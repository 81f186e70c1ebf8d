// Columns as a table for a terminal.
#pragma once

#include <span>
#include <string>

#include "formats/columns/column.h"

namespace tarn::columns {

struct TableTextOptions {
  size_t cell_width_max = 60;  // longer values end with an ellipsis
};

//  origin | flights
// --------+---------
//  ATL    |     395
// Numbers to the right, null is empty; control characters are escaped, so that no value can steer
// the terminal.
std::string table_text(const Schema& schema, std::span<const Batch> batches,
                       TableTextOptions options = {});

}  // namespace tarn::columns
