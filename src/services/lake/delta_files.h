// From what the columnar engine wrote to what a Delta log says about it.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "base/uuid.h"
#include "engines/sql/data_files.h"
#include "engines/sql/parquet_job.h"
#include "formats/table_format/delta_actions.h"
#include "services/lake/table_spec.h"

namespace tarn::lake {

struct FileNaming {
  int number = 0;
  Uuid commit;
  Timestamp at{};
};
// schema: of the rows, for the types of the statistics.
table_format::AddFile add_file(const sql::ParquetFile& file, const TableSpec& spec,
                               const columns::Schema& schema, const FileNaming& naming);

// What the log says of the rows of a file, as SQL uses it. schema: of the table now.
void read_stats_into(sql::DataFile& data, const table_format::AddFile& file,
                     const columns::Schema& schema);

// The columns of a table with such rows: those of the values, partition columns, metadata.
columns::Schema table_columns(const TableSpec& spec, const columns::Schema& rows);

// invalid_argument when a column of the rows has another type in the table: rows that are decoded
// again with the table's schema will fit.
Status check_covers(const columns::Schema& table, const columns::Schema& rows);

// ["a","b"]
std::string json_list(const std::vector<std::string>& texts);

}  // namespace tarn::lake
