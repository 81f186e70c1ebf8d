// Records of a topic into rows of a table.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "formats/columns/json_decoder.h"
#include "formats/record/record.h"
#include "services/lake/column_files.h"
#include "services/lake/rows.h"
#include "services/lake/table_spec.h"

namespace tarn::lake {

struct RowDecoderOptions {
  bool metadata_columns = true;
  bool keep_lines = false;
  std::vector<PartitionField> partition_by;
  SchemaPolicy schema = SchemaPolicy::evolve;
};

// _topic, _partition, _offset, _time (the record's timestamp), _key (as text; a key that is not
// UTF-8 as "base64:" and its Base64).
const std::vector<columns::Field>& metadata_fields();
bool is_metadata_name(std::string_view name);
// To the first five columns.
void append_metadata(std::vector<columns::Column>& columns, const TopicPartition& from,
                     const record::Record& record);

// What was read of one partition: all committed records in [begin, next).
struct ReadRange {
  TopicPartition partition;
  Offset begin;
  Offset next;
};

// Remembers the schema, which grows; one call at a time, on any thread.
class RowDecoder {
 public:
  // schema: of the table, or empty; metadata and made partition columns in it are passed over.
  RowDecoder(ColumnFiles& columns, const columns::Schema& schema, RowDecoderOptions options);

  // The table has its columns: unless they evolve, no more are added. Nothing as long as it has
  // none. Not while decode() runs.
  void freeze();
  // batches: whole ones, which may begin before the range. A record without a value, one
  // that is not a JSON object, and a batch that cannot be unfolded become rejects.
  Rows decode(ReadRange range, std::vector<SharedBytes> batches);
  // Of the rows so far: columns of the values, partition columns made from others, metadata.
  [[nodiscard]] columns::Schema schema() const;

 private:
  class Collector;
  void add_rows(const Collector& collected, Rows& rows);
  void add_made_columns(columns::Batch& batch, const Collector& collected,
                        const std::vector<size_t>& records, const TopicPartition& from);

  ColumnFiles& columns_;
  RowDecoderOptions options_;
  columns::JsonDecoder decoder_;
};

}  // namespace tarn::lake
