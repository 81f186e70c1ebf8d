// JSON records (RFC 8259, one object each) into columns, with a schema that grows as they show new
// fields.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "formats/columns/column.h"
#include "formats/columns/schema.h"

namespace tarn::columns {

struct JsonDecoderOptions {
  SchemaLimits limits;
  std::vector<std::string> reserved;  // names that belong to the table: metadata, partition columns
  enum class NewFields { become_columns, are_rescued } new_fields = NewFields::become_columns;
  // What becomes of values that have no place in the columns, and of their records.
  enum class Misfits { are_rescued, refuse_record, are_dropped } misfits = Misfits::are_rescued;
};

struct Undecodable {
  size_t record = 0;   // its place in the input
  std::string reason;  // for the person who looks at the dead letter
};

struct DecodedRecords {
  Batch batch;                  // a row for every decodable record, in their order
  std::vector<size_t> records;  // for every row, the place of its record in the input
  std::vector<Undecodable> undecodable;
  bool schema_changed = false;  // by this call
};

// What a record becomes:
//  - A field that the schema lacks becomes a nullable column at the end (nested: at the end of its
//    structure); then all records of the call have it. Its type is what all its values of this call
//    allow: boolean, int64, double (integers and decimals mixed), text, list, structure; text when
//    they are of different kinds or an integer does not fit into 64 bits. Times are not guessed
//    from text. null, {} and [] have no type: a field that has shown nothing else waits.
//  - Once a column is there its type stays. text takes any value, all but strings as JSON text;
//    int64 takes integral decimals below 2^53; double takes integers that it represents exactly;
//    timestamp and date take ISO 8601 text. Everything else does not fit: the column (or the
//    nested part) is null, and the record's whole top-level field goes to _rescued as it came.
//  - With Misfits::refuse_record a record of which something would go to _rescued is undecodable;
//    with are_dropped there is no _rescued, and such values are only null.
//  - Fields beyond limits.columns_max go to _rescued; what is nested deeper than limits.depth_max
//    is JSON text.
//  - Of a key that comes twice the last value counts, as in JavaScript, Python and Jackson.
//  - Undecodable, never a row: what is not one JSON object, invalid UTF-8, trailing bytes, nesting
//    deeper than 500.
// One thread at a time.
class JsonDecoder {
 public:
  // schema: the columns that come from records, without the reserved ones.
  explicit JsonDecoder(Schema schema, JsonDecoderOptions options = {});
  ~JsonDecoder();
  JsonDecoder(JsonDecoder&&) noexcept;
  JsonDecoder& operator=(JsonDecoder&&) noexcept;

  // From now on new fields do not become columns.
  void freeze();
  DecodedRecords decode(std::span<const std::string_view> records);
  [[nodiscard]] const Schema& schema() const;

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace tarn::columns
