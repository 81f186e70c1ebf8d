// Decodes one JSON document after the other into rows. Private to the module.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "formats/columns/column.h"
#include "formats/columns/json_decoder.h"
#include "formats/columns/json_plan.h"
#include "formats/columns/json_reader.h"

namespace tarn::columns {

class JsonRowDecoder {
 public:
  // What becomes of fields that the plan lacks.
  enum class Unknown { learn, rescue };

  using Misfits = JsonDecoderOptions::Misfits;

  JsonRowDecoder(const SchemaLimits& limits, Misfits misfits)
      : walk_(limits.columns_max), misfits_(misfits) {}

  // Appends a row to the structure `table`, or none and says why not. What is learned of unknown
  // fields joins `learned`, when the record is decodable.
  bool decode(std::string_view record, const JsonPlan& plan, Column& table, Unknown unknown,
              InferredType& learned);
  // Whether the last record has top-level fields that did not fit.
  [[nodiscard]] bool has_rescued() const { return !marked_.empty(); }
  [[nodiscard]] const std::string& reason() const { return reason_; }

 private:
  // Where a value lies: in the table itself when there is no path.
  struct Path {
    const Path* parent = nullptr;
    const std::string* name = nullptr;  // of the column or nested field; null for a list's element
  };
  // A key that has a child of a structure in this row and is not its very name.
  struct Claim {
    size_t child;
    std::string key;
    size_t field;  // the top-level field
  };
  // A structure whose row is being decoded.
  struct Open {
    const JsonPlan& plan;
    Column& column;
    const Path* path = nullptr;
    size_t row = 0;
    size_t guess = 0;
    std::vector<Claim> claims{};
  };

  bool decode_record(std::string_view record, const JsonPlan& plan, Column& table);
  bool decode_fields(simdjson::ondemand::object object, Open& open);
  bool decode_field(JsonValue value, std::string_view key, Open& open);
  bool takes_child(const JsonPlan::Match& match, std::string_view key, Open& open);
  bool decode_value(JsonValue value, const JsonPlan& plan, Column& column, const Path* path);
  bool decode_boolean(JsonValue value, Column& column);
  bool decode_int64(JsonValue value, Column& column);
  bool decode_double(JsonValue value, Column& column);
  bool decode_text(JsonValue value, JsonKind kind, Column& column);
  bool decode_string(JsonValue value, Column& column);
  bool decode_time(JsonValue value, Column& column);
  bool decode_list(JsonValue value, const JsonPlan& plan, Column& column, const Path* path);
  bool decode_unknown(JsonValue value, std::string_view key, const Open& open);
  // Checks the value, leaves null in the column and marks the top-level field.
  bool misfit(JsonValue value, Column& column);
  bool check_value(JsonValue value);
  void mark(size_t field);
  bool collect_rescued(Column& into);
  bool refuse_misfit();
  InferredType& learned_at(const Path* path);
  bool fail(simdjson::error_code code);
  bool fail(std::string reason);

  JsonWalk walk_;
  Misfits misfits_;
  simdjson::ondemand::parser parser_;
  simdjson::ondemand::document document_;
  std::vector<char> text_;
  std::vector<uint8_t> unescaped_;
  Unknown unknown_ = Unknown::learn;
  InferredType learned_;  // from this record
  size_t field_ = 0;      // the current top-level field
  std::vector<size_t> marked_;
  std::string reason_;
};

}  // namespace tarn::columns
