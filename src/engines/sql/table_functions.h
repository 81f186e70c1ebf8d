// The table functions behind the names of tables. Private to the module.
//   tarn_files('7')  the Parquet files of the query's snapshot 7, partition columns included
//   tarn_rows(7)     its tail and its source of rows
//   tarn_tables()    the names of all tables and topics
#pragma once

#include "engines/sql/query_tables.h"

namespace duckdb {
class ClientContext;
class ExtensionLoader;
struct DBConfig;
}  // namespace duckdb

namespace tarn::sql {

// Tables resolve against `tables` in all queries of the connection until it is set anew.
void set_tables(duckdb::ClientContext& context, QueryTables* tables);
// Throws a DuckDB exception when there are none.
QueryTables& tables_of(duckdb::ClientContext& context);

void add_replacement_scan(duckdb::DBConfig& config);
void register_file_scan(duckdb::ExtensionLoader& loader);
void register_row_scan(duckdb::ExtensionLoader& loader);
void register_table_list(duckdb::ExtensionLoader& loader);

}  // namespace tarn::sql
