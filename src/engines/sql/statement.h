// Runs SQL on one connection. Private to the module.
#pragma once

#include "base/error.h"
#include "engines/sql/interrupter.h"
#include "engines/sql/query.h"
#include "engines/sql/query_tables.h"

namespace duckdb {
class Connection;
}

namespace tarn::sql {

enum class Trust {
  user,     // one statement, and that reads
  program,  // any number of any statements; the last one's answer counts
};

struct Ran {
  Status status;
  bool is_complete = false;  // the sink has all rows
  bool is_fatal = false;     // the database is broken
};

// Blocks. The sink gets an empty batch with the schema, then rows.
Ran run_sql(duckdb::Connection& connection, const Query& query, Trust trust, QueryTables& tables,
            Interrupter& interrupter, const BatchSink& sink);

}  // namespace tarn::sql
