// JSON text by simdjson, shared by decoding and inference. Private to the module.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "formats/columns/json_inference.h"

namespace tarn::columns {

using JsonValue = simdjson::ondemand::value;
using JsonKind = simdjson::ondemand::json_type;

// RFC 8259, section 6.
bool is_json_number(std::string_view text);
// The token of a scalar, without the white space behind it.
std::string_view scalar_text(JsonValue& value);

// Checks values to their end (on-demand parsing alone would believe what it skips) and learns their
// types.
class JsonWalk {
 public:
  // fields_max: how many fields one inferred type tracks; what comes after is only checked.
  explicit JsonWalk(size_t fields_max) : fields_max_(fields_max) {}

  // False: the text is no JSON; reason() says why.
  bool infer(JsonValue value, InferredType& into) { return infer(value, into, 1); }
  // Of a piece that is outside any document.
  bool is_valid(std::string_view text);
  [[nodiscard]] const std::string& reason() const { return reason_; }

 private:
  bool infer(JsonValue value, InferredType& into, size_t depth);
  bool infer_number(JsonValue value, InferredType& into);
  bool infer_array(JsonValue value, InferredType& into, size_t depth);
  bool infer_object(JsonValue value, InferredType& into, size_t depth);
  bool fail(simdjson::error_code code);

  size_t fields_max_;
  std::string reason_;
  std::vector<char> text_;
  simdjson::ondemand::parser parser_;
};

}  // namespace tarn::columns
