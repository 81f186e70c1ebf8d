// What an entry of a Delta table's log says (Delta transaction log protocol, "Actions").
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace tarn::table_format {

// By column name; none is null. An empty text is null too: Delta cannot tell them apart.
using PartitionValues = std::map<std::string, std::optional<std::string>>;
using Properties = std::map<std::string, std::string>;

struct Protocol {
  int reader_version = 1;
  int writer_version = 2;
  // Only from reader version 3 and writer version 7 on.
  std::optional<std::vector<std::string>> reader_features;
  std::optional<std::vector<std::string>> writer_features;
  bool operator==(const Protocol&) const = default;
};

struct Metadata {
  std::string id;  // a UUID that stays with the table
  std::optional<std::string> name;
  std::optional<std::string> description;
  std::string format_provider = "parquet";
  std::string schema_string;  // see delta_schema.h
  std::vector<std::string> partition_columns;
  Properties configuration;
  std::optional<int64_t> created_time;  // milliseconds since 1970
  bool operator==(const Metadata&) const = default;
};

// Paths are relative to the table's folder and plain: the URI encoding of the log is taken off when
// an entry is read and put on when it is written.
struct AddFile {
  std::string path;
  PartitionValues partition_values;
  int64_t size = 0;
  int64_t modification_time = 0;  // milliseconds since 1970
  bool data_change = true;
  std::optional<std::string> stats;  // a JSON text, see delta_stats.h
  bool operator==(const AddFile&) const = default;
};

struct RemoveFile {
  std::string path;
  std::optional<int64_t> deletion_timestamp;
  bool data_change = true;
  std::optional<PartitionValues> partition_values;
  std::optional<int64_t> size;
  bool operator==(const RemoveFile&) const = default;
};

// How far an application has come; the newest of an id counts.
struct Transaction {
  std::string app_id;
  int64_t version = 0;
  std::optional<int64_t> last_updated;
  bool operator==(const Transaction&) const = default;
};

// Free information about the commit.
struct CommitInfo {
  int64_t timestamp = 0;
  std::string operation;
  Properties operation_parameters;
  Properties operation_metrics;
  bool is_blind_append = true;
  std::string engine_info;
  std::string transaction_id;  // unique: tells whose entry it is after an answer was lost
  std::vector<std::string> notices;
  bool operator==(const CommitInfo&) const = default;
};

using Action = std::variant<CommitInfo, Protocol, Metadata, AddFile, RemoveFile, Transaction>;

}  // namespace tarn::table_format
