#include "engines/sql/engine.h"
#include "services/lake/column_files.h"

namespace tarn::lake {
namespace {

// The columns of a classic checkpoint (protocol, "Checkpoint Schema").
constexpr std::string_view kCheckpointColumns = R"({
  protocol: 'STRUCT(minReaderVersion INTEGER, minWriterVersion INTEGER,
                    readerFeatures VARCHAR[], writerFeatures VARCHAR[])',
  metaData: 'STRUCT(id VARCHAR, name VARCHAR, description VARCHAR,
                    format STRUCT(provider VARCHAR, options MAP(VARCHAR, VARCHAR)),
                    schemaString VARCHAR, partitionColumns VARCHAR[],
                    configuration MAP(VARCHAR, VARCHAR), createdTime BIGINT)',
  txn: 'STRUCT(appId VARCHAR, version BIGINT, lastUpdated BIGINT)',
  add: 'STRUCT(path VARCHAR, partitionValues MAP(VARCHAR, VARCHAR), size BIGINT,
               modificationTime BIGINT, dataChange BOOLEAN, stats VARCHAR)',
  remove: 'STRUCT(path VARCHAR, deletionTimestamp BIGINT, dataChange BOOLEAN,
                  extendedFileMetadata BOOLEAN, partitionValues MAP(VARCHAR, VARCHAR),
                  size BIGINT)'
})";

std::string literal(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string(2, c) : std::string(1, c);
  return quoted + "'";
}

}  // namespace

sql::ChunkPtr SqlColumnFiles::make_chunk(columns::Batch batch) {
  return sql::make_chunk(std::move(batch));
}

Result<std::vector<sql::ParquetFile>> SqlColumnFiles::write(sql::ParquetJob job) {
  return engine_.write_parquet(std::move(job));
}

Status SqlColumnFiles::write_checkpoint(const std::string& actions, const std::string& parquet) {
  const auto sql = "COPY (SELECT * FROM read_json(" + literal(actions) +
                   ", format = 'newline_delimited', maximum_object_size = 8388608, columns = " +
                   std::string(kCheckpointColumns) + ")) TO " + literal(parquet) +
                   " (FORMAT parquet, COMPRESSION zstd)";
  TRY(engine_.execute(sql::Query{.sql = sql}));
  return {};
}

Result<std::string> SqlColumnFiles::read_checkpoint(const std::string& parquet) {
  // One JSON object for each row, as an entry has it.
  const auto sql =
      "SELECT to_json(COLUMNS(*))::VARCHAR FROM read_parquet(" + literal(parquet) + ")";
  sql::Query query{.sql = sql};
  query.rows_max = UINT64_MAX;
  query.bytes_max = UINT64_MAX;
  const auto answer = TRY(engine_.execute(std::move(query)));
  std::string lines;
  for (const auto& batch : answer.batches) {
    for (size_t row = 0; row < batch.rows(); ++row) {
      for (size_t at = 0; at < batch.columns.size(); ++at) {
        if (batch.columns[at].is_null(row) || batch.columns[at].text_at(row) == "null") continue;
        lines += "{\"" + batch.schema.fields[at].name + "\":";
        lines.append(batch.columns[at].text_at(row)) += "}\n";
      }
    }
  }
  return lines;
}

}  // namespace tarn::lake
