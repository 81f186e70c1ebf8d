// The embedded SQL engine (DuckDB): answers questions over tables and topics, reads and writes
// Parquet. It holds no data of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "engines/sql/parquet_job.h"
#include "engines/sql/query.h"
#include "engines/sql/table_catalog.h"
#include "platform/os/clock.h"

namespace tarn::sql {

struct EngineOptions {
  int threads = 2;
  uint64_t memory_bytes = 256 << 20;  // the share of the budget; DuckDB's own limit is set below it
  std::string temporary_directory;    // for what does not fit into memory; empty: it fails
  uint64_t temporary_bytes_max = 4ULL << 30;
  // The only folders whose files SQL can reach, for reading or writing: lake and staging.
  std::vector<std::string> directories;
};

// Every call blocks and belongs on the BlockingPool; any number of threads may call. The engine
// starts at the first call (some 15 ms) and starts anew after a fatal error of DuckDB.
// Errors: invalid_argument (the SQL, a parameter), not_found (a table or column source),
// permission_denied (a statement or file that is not allowed), timed_out, cancelled,
// resource_exhausted (memory), unavailable (an I/O error), internal.
class Engine final {
 public:
  Engine(EngineOptions options, const os::Clock& clock);
  ~Engine();  // no call may be under way

  // Starts DuckDB now instead of at the first call.
  Status warm_up();

  // One reading statement of a user (select, with, from, values, describe, show, explain), run in
  // the sandbox: no other folder, no network, no settings.
  Result<Answer> query(Query query, TableCatalog& tables);
  // The same, handed over as it comes; rows_max and bytes_max count. True: all was handed over.
  Result<bool> stream(Query query, TableCatalog& tables, const BatchSink& sink);

  // SQL of the program itself: any statements, one after the other; the answer of the last one.
  // The folders are the same, so COPY, read_json and read_parquet reach lake and staging.
  Result<Answer> execute(Query query);
  // The same, with chunks readable as the table `input`.
  Result<Answer> execute(Query query, std::vector<ChunkPtr> input, columns::Schema schema);

  Result<std::vector<ParquetFile>> write_parquet(ParquetJob job);

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace tarn::sql
