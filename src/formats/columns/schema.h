// The columns of a table: their order, names and types.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/columns/type.h"

namespace tarn::columns {

struct Schema {
  std::vector<Field> fields;

  // By the exact name.
  [[nodiscard]] std::optional<size_t> find(std::string_view name) const;
  // Columns and nested fields together: what SchemaLimits counts.
  [[nodiscard]] size_t field_count() const;
  bool operator==(const Schema&) const = default;
};

// a: int64, b: struct<c: text>, d: text not null
std::string to_text(const Schema& schema);

struct SchemaLimits {
  size_t columns_max = 1000;  // nested fields count too
  size_t depth_max = 32;      // what is nested deeper is kept as JSON text
};

// Where a value goes that its column cannot hold: a text column with one JSON object of key -> the
// value as it came. A table gets the column when it is needed first.
inline constexpr std::string_view kRescuedColumn = "_rescued";

// From a key of a record to the name of its column. A pure rule, so that a table needs no memory of
// it:
//  1. Every character that Spark refuses in a name (space , ; { } ( ) = tab newline) or that is a
//     control character becomes '_'; the empty key becomes "_".
//  2. As long as the name, ignoring ASCII case, is _rescued or one of `reserved` (the metadata and
//     partition columns of the table), '_' is appended: year -> year_.
// Nested fields know rule 1 only. Names are unique ignoring ASCII case. When two keys of one record
// lead to one column (id and ID, "a b" and a_b), the key that is the column's name has it, else the
// first one; the other goes to _rescued.
std::string column_name(std::string_view key, const std::vector<std::string>& reserved);
std::string nested_name(std::string_view key);
// Lower case, ASCII only: names that fold alike are one column.
std::string fold_name(std::string_view name);

}  // namespace tarn::columns
