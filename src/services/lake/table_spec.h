// What a table of the lake is to be: filled by the application from the pipeline's file.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "base/time.h"

namespace tarn::lake {

enum class TableFormat {
  delta,  // Parquet files and a Delta log
  json,   // JSON Lines objects, committed by records in the log
};

// What becomes of a record that does not fit the columns of its table.
enum class SchemaPolicy {
  evolve,      // new fields become columns; values of other types go to _rescued
  freeze,      // new fields go to _rescued too
  reject_row,  // the record goes to the dead letters
  null_value,  // what does not fit is left out
};

enum class TimePart { year, month, day, hour };

// One partition column: a column of the table as it is, or a part of a time in UTC.
struct PartitionField {
  std::string column;            // of the rows, such as _time or carrier
  std::optional<TimePart> part;  // none: the column itself
  std::string name;              // of the partition column: by default the part, or the column
  std::string format;            // "%m" makes the part the text 09; empty: an integer
  bool operator==(const PartitionField&) const = default;
};
// "year(_time)", "month(created)", "carrier". invalid_argument names what was expected.
Result<PartitionField> parse_partition_field(std::string_view text);

// Whichever comes first.
struct CommitPolicy {
  Millis every = std::chrono::seconds(10);
  uint64_t size_bytes = 64'000'000;  // of the uncommitted rows in memory
};

struct TableSpec {
  std::string name;
  std::vector<TopicName> topics;
  TableFormat format = TableFormat::delta;
  std::string folder;                        // of its objects in the store; empty: the name
  std::vector<PartitionField> partition_by;  // delta
  std::string path;                          // json: a template, see path_template.h
  CommitPolicy commit;
  SchemaPolicy schema = SchemaPolicy::evolve;  // delta; others hold from the first commit on
  bool metadata_columns = true;                // _topic, _partition, _offset, _time, _key
};

// Names, folder, partition fields and path at once; all reasons in one message.
Status check_table_spec(const TableSpec& spec);

}  // namespace tarn::lake
