// tarn.yaml as values: what the program was asked to do, with all that is implied filled in.
// Only app turns these into the options of modules; no module below reads them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/cron.h"
#include "base/quota.h"
#include "base/time.h"
#include "formats/pipeline/secret_text.h"
#include "formats/pipeline/security.h"

namespace tarn::pipeline {

enum class PageStyle { automatic, none, link_header, next_url, cursor, page, offset };

struct Pages {
  PageStyle style = PageStyle::automatic;
  std::string at;         // JSON Pointer: where next_url and cursor stand in a body
  std::string parameter;  // query parameter that takes the cursor, page number or offset
  std::string size_parameter;
  std::optional<int64_t> size;
  std::optional<int64_t> first;  // number of the first page
  int64_t max = 1000;            // pages of one poll
};

enum class Unchanged { append, skip };

struct HttpSource {
  std::string url;
  std::map<std::string, SecretText> headers;
  std::map<std::string, SecretText> query;
  std::optional<std::string> records;  // JSON Pointer; none: found; empty: the body is one record
  Pages pages;
  std::optional<Unchanged> unchanged;  // none given: conditional requests, bodies append
  Millis timeout = std::chrono::seconds(30);
  uint64_t body_max = 64'000'000;
};

struct CronText {
  std::string text;
  std::optional<Cron> cron;
};

struct Source {
  std::string name;
  std::optional<HttpSource> http;
  std::optional<Millis> every;
  std::optional<CronText> cron;  // exactly one of every and cron
  std::optional<Quota> quota;
  int64_t resets = 1;  // day of the month on which a monthly quota starts anew
  std::string to;
  std::optional<std::string> key;  // JSON Pointer
};

struct Topic {
  std::string name;
  int64_t partitions = 1;
  std::optional<Millis> retention;  // negative: for ever
  std::optional<uint64_t> retention_size;
  std::map<std::string, std::string> config;  // by Kafka's keys; wins over the two above
};

enum class TableFormat { delta, json };
enum class Metadata { all, none };
// What becomes of a record that does not fit the columns of its table.
enum class SchemaPolicy { evolve, freeze, reject_row, null_value };
enum class Transform { identity, year, month, day, hour };

// month(_time)
struct PartitionExpression {
  Transform transform = Transform::identity;
  std::string column;
};

struct PartitionBy {
  PartitionExpression by;
  std::string name;                   // of the partition column; implied: month, or the column's
  std::optional<std::string> format;  // %Y, %m, %d or %H; makes the column text
};

struct Commit {
  Millis every = std::chrono::seconds(10);
  uint64_t size = 64'000'000;
};

struct Table {
  std::string name;    // in SQL
  std::string folder;  // below the lake: the name with prefix and suffix
  std::string from;    // topic
  TableFormat format = TableFormat::delta;
  std::vector<PartitionBy> partition_by;
  std::string path = "year={year}/month={month}/day={day}/data_{HHmmss}.json";  // format json
  Commit commit;
  std::optional<Metadata> metadata;  // none given: all for delta, none for json
  SchemaPolicy schema = SchemaPolicy::evolve;
};

enum class ParameterType { text, integer, number, boolean, date, timestamp };

struct Parameter {
  std::string name;
  ParameterType type = ParameterType::text;
  std::optional<std::string> default_value;  // as text; none: must be given
  std::optional<double> min;
  std::optional<double> max;
  std::vector<std::string> choices;
  std::optional<int64_t> length_max;
  std::string doc;
  bool in_path = false;
};

enum class Reads { committed, tail };

struct Endpoint {
  std::string path;  // /cheapest/{carrier}
  std::string sql;   // the statement itself; a named file has been read
  std::vector<Parameter> params;
  std::string doc;
  Reads reads = Reads::committed;
  int64_t rows_max = 10'000;
  Millis timeout = std::chrono::seconds(30);
};

// When the disk is nearly full: take no more records, or let go of those past their retention that
// a table has not written yet.
enum class DiskFull { refuse, drop };

struct Deploy {
  std::string log = "./data";
  std::string lake = "./lake";
  std::string sql = "duckdb";
  uint64_t memory = 512'000'000;
  DiskFull disk_full = DiskFull::refuse;
};

struct Listener {
  std::optional<std::string> bind;       // host:port
  std::optional<std::string> advertise;  // host:port that clients are told
};
struct Listeners {
  bool open = false;  // addresses that other machines reach are allowed without authentication
  std::vector<KafkaListener> kafka;  // after complete() at least one
  Listener http;
};

// Where a secret is kept when it is not an environment variable of its own name.
struct SecretPlace {
  std::optional<std::string> env;
  std::optional<std::string> file;
  std::optional<std::string> command;
};

struct Pipeline {
  int64_t version = 1;
  std::string name = "tarn";
  bool auto_create = true;
  bool strict_replication = false;  // only one replica may be asked for
  std::map<std::string, Source> sources;
  std::map<std::string, Topic> topics;
  std::map<std::string, Table> tables;
  std::map<std::string, Endpoint> api;
  std::map<std::string, SecretPlace> secrets;
  Deploy deploy;
  Listeners listeners;
  Security security;
  std::string prefix;  // of topics, groups and tables' folders; applied already
  std::string suffix;
};

}  // namespace tarn::pipeline
