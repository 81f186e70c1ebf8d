// A question to the SQL engine and its answer.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "formats/columns/column.h"
#include "platform/os/clock.h"

namespace tarn::sql {

// monostate is null.
using Parameter = std::variant<std::monostate, bool, int64_t, double, std::string, Timestamp>;

struct Query {
  std::string sql;
  // For :name (or $name) in the SQL; bound as values, never pasted. More than the SQL uses is fine.
  std::map<std::string, Parameter> parameters;
  uint64_t rows_max = 10'000;
  uint64_t bytes_max = 64 << 20;  // of the answer in memory
  os::MonotonicTime deadline = os::MonotonicTime::max();
  std::stop_token cancel;
};

struct Answer {
  columns::Schema schema;
  std::vector<columns::Batch> batches;
  uint64_t rows = 0;
  bool truncated = false;  // there was more than rows_max or bytes_max allowed
};

// Receives an answer piece by piece: the schema as an empty batch first, then rows. Called on the
// thread of the query; an error ends the query and is returned by it.
using BatchSink = std::function<Status(columns::Batch)>;

}  // namespace tarn::sql
