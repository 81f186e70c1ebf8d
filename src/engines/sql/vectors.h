// Between our columns and DuckDB's vectors. Private to the module.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "formats/columns/column.h"

namespace duckdb {
struct LogicalType;
class DataChunk;
class Vector;
}  // namespace duckdb

namespace tarn::sql {

duckdb::LogicalType to_logical(const columns::Type& type);
// What an answer's column becomes: exact numbers that are no int64 are decimal, maps are
// list<struct<key, value>>, what we have no type for is text.
columns::Type from_logical(const duckdb::LogicalType& type);

// The texts of a column and its children, at addresses that stay.
struct TextTree {
  std::string text;
  std::vector<TextTree> children;
};
void take_texts(columns::Column& from, TextTree& into);
size_t bytes_of(const TextTree& texts);

// Rows [begin, begin + count) of a column whose texts were taken. `into` has room for count rows;
// long texts are pointed to, not copied.
void fill_vector(duckdb::Vector& into, const columns::Column& from, const TextTree& texts,
                 size_t begin, size_t count);

// Appends all rows of a chunk of an answer; its columns have the types of from_logical().
void append_rows(columns::Batch& into, duckdb::DataChunk& from);

// Points `into` at the rows of `from`, as the type `want`: fields that it lacks are null.
void refer_to(duckdb::Vector& into, const columns::Type& want, duckdb::Vector& from,
              const columns::Type& have, size_t count);
void set_all_null(duckdb::Vector& into, size_t count);

}  // namespace tarn::sql
