#include "formats/columns/json_reader.h"

#include <cstring>

namespace tarn::columns {

namespace {

constexpr size_t kNestingMax = 500;
using Kind = InferredType::Kind;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Skips digits; false when there are none.
bool skip_digits(std::string_view& text) {
  const size_t before = text.size();
  while (!text.empty() && is_digit(text.front())) text.remove_prefix(1);
  return text.size() < before;
}

bool skip_any_of(std::string_view& text, std::string_view characters) {
  if (text.empty() || !characters.contains(text.front())) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

bool is_json_number(std::string_view text) {
  skip_any_of(text, "-");
  if (!skip_any_of(text, "0") && !skip_digits(text)) return false;
  if (skip_any_of(text, ".") && !skip_digits(text)) return false;
  if (skip_any_of(text, "eE")) {
    skip_any_of(text, "+-");
    if (!skip_digits(text)) return false;
  }
  return text.empty();
}

std::string_view scalar_text(JsonValue& value) {
  std::string_view token = value.raw_json_token();
  while (!token.empty() && std::string_view(" \t\r\n").contains(token.back())) {
    token.remove_suffix(1);
  }
  return token;
}

bool JsonWalk::fail(simdjson::error_code code) {
  reason_ = simdjson::error_message(code);
  return false;
}

bool JsonWalk::is_valid(std::string_view text) {
  text_.resize(text.size() + simdjson::SIMDJSON_PADDING);
  std::memcpy(text_.data(), text.data(), text.size());
  simdjson::ondemand::document document;
  if (auto error = parser_.iterate(text_.data(), text.size(), text_.size()).get(document)) {
    return fail(error);
  }
  JsonValue value;
  if (auto error = document.get_value().get(value)) return fail(error);
  InferredType scratch;
  if (!infer(value, scratch)) return false;
  return document.at_end() || fail(simdjson::TRAILING_CONTENT);
}

bool JsonWalk::infer(JsonValue value, InferredType& into, size_t depth) {
  if (depth > kNestingMax) {
    reason_ = "the JSON is nested more than 500 deep";
    return false;
  }
  JsonKind kind{};
  if (auto error = value.type().get(kind)) return fail(error);
  switch (kind) {
    case JsonKind::null: {
      bool is_null = false;
      if (auto error = value.is_null().get(is_null)) return fail(error);
      return true;
    }
    case JsonKind::boolean: {
      bool ignored = false;
      if (auto error = value.get_bool().get(ignored)) return fail(error);
      into.join(Kind::boolean);
      return true;
    }
    case JsonKind::string: {
      std::string_view ignored;
      if (auto error = value.get_string(true).get(ignored)) return fail(error);
      into.join(Kind::text);
      return true;
    }
    case JsonKind::number:
      return infer_number(value, into);
    case JsonKind::array:
      return infer_array(value, into, depth);
    case JsonKind::object:
      return infer_object(value, into, depth);
  }
  return fail(simdjson::TAPE_ERROR);
}

bool JsonWalk::infer_number(JsonValue value, InferredType& into) {
  int64_t integer = 0;
  double decimal = 0;
  const std::string_view text = scalar_text(value);
  if (value.get_int64().get(integer) == simdjson::SUCCESS) {
    into.join(Kind::int64);
  } else if (!is_json_number(text)) {
    return fail(simdjson::NUMBER_ERROR);
  } else if (text.find_first_of(".eE") == std::string_view::npos) {
    into.join(Kind::text);  // beyond 64 bits
  } else {
    into.join(value.get_double().get(decimal) == simdjson::SUCCESS ? Kind::float64 : Kind::text);
  }
  return true;
}

bool JsonWalk::infer_array(JsonValue value, InferredType& into, size_t depth) {
  simdjson::ondemand::array array;
  if (auto error = value.get_array().get(array)) return fail(error);
  into.join(Kind::list);
  InferredType scratch;
  InferredType& element = into.kind() == Kind::list ? into.element() : scratch;
  for (auto item : array) {
    JsonValue member;
    if (auto error = std::move(item).get(member)) return fail(error);
    if (!infer(member, element, depth + 1)) return false;
  }
  return true;
}

bool JsonWalk::infer_object(JsonValue value, InferredType& into, size_t depth) {
  simdjson::ondemand::object object;
  if (auto error = value.get_object().get(object)) return fail(error);
  into.join(Kind::structure);
  for (auto item : object) {
    simdjson::ondemand::field field;
    if (auto error = std::move(item).get(field)) return fail(error);
    std::string_view key;
    if (auto error = field.unescaped_key(true).get(key)) return fail(error);
    InferredType scratch;
    const bool is_tracked = into.kind() == Kind::structure && into.field_count() < fields_max_;
    InferredType& member = is_tracked ? into.field(nested_name(key)) : scratch;
    if (!infer(field.value(), member, depth + 1)) return false;
  }
  return true;
}

}  // namespace tarn::columns
