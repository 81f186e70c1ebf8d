// What becomes of records: rows, or rejects with a reason.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/time.h"
#include "engines/sql/chunk.h"

namespace tarn::lake {

// The offset of the next record, by partition.
using Positions = std::map<TopicPartition, Offset>;

// A record that is no row: it goes to the dead letters.
struct Reject {
  Offset offset;
  Timestamp timestamp{};
  std::optional<Bytes> key;
  std::optional<Bytes> value;
  std::string reason;
};

// A record as one line of JSON, without the line feed.
struct Line {
  Offset offset;
  Timestamp timestamp{};
  std::string text;
};

// All records of one partition in [begin, next).
struct Rows {
  TopicPartition from;
  Offset begin;
  Offset next;
  sql::ChunkPtr chunk;      // null when there is no row
  std::vector<Line> lines;  // for tables of JSON objects
  std::vector<Reject> rejects;
  uint64_t rows = 0;
  uint64_t bytes = 0;  // memory held
};
using RowsPtr = std::shared_ptr<const Rows>;

}  // namespace tarn::lake
