#include "formats/columns/json_row.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <optional>

#include "formats/columns/time_text.h"

namespace tarn::columns {

namespace {

constexpr double kExactMax = 9007199254740992.0;  // 2^53: every integer up to it is a double
using Kind = InferredType::Kind;

bool is_integer(std::string_view number) {
  return number.find_first_of(".eE") == std::string_view::npos;
}

bool is_exactly(std::string_view integer, double decimal) {
  int64_t value = 0;
  const auto parsed = std::from_chars(integer.data(), integer.data() + integer.size(), value);
  return parsed.ec == std::errc() && std::abs(decimal) < 0x1p63 &&
         static_cast<int64_t>(decimal) == value;
}

std::string_view kind_name(JsonKind kind) {
  switch (kind) {
    case JsonKind::array:
      return "an array";
    case JsonKind::object:
      return "an object";
    case JsonKind::number:
      return "a number";
    case JsonKind::string:
      return "a string";
    case JsonKind::boolean:
      return "a boolean";
    case JsonKind::null:
      return "null";
  }
  return "something else";
}

}  // namespace

bool JsonRowDecoder::fail(simdjson::error_code code) {
  return fail(std::string(simdjson::error_message(code)));
}

bool JsonRowDecoder::fail(std::string reason) {
  reason_ = std::move(reason);
  return false;
}

bool JsonRowDecoder::decode(std::string_view record, const JsonPlan& plan, Column& table,
                            Unknown unknown, InferredType& learned) {
  unknown_ = unknown;
  if (learned_.kind() != Kind::unknown) learned_ = {};
  field_ = 0;
  marked_.clear();
  const size_t row = table.rows();
  if (!decode_record(record, plan, table)) {
    table.truncate(row);
    marked_.clear();
    return false;
  }
  if (learned_.kind() != Kind::unknown) learned.join(std::move(learned_));
  return true;
}

bool JsonRowDecoder::decode_record(std::string_view record, const JsonPlan& plan, Column& table) {
  const size_t padded = record.size() + simdjson::SIMDJSON_PADDING;
  if (text_.size() < padded) {
    text_.resize(padded);
    unescaped_.resize(padded);
  }
  std::memcpy(text_.data(), record.data(), record.size());
  if (auto error = parser_.iterate(text_.data(), record.size(), text_.size()).get(document_)) {
    return fail(error);
  }
  JsonKind kind{};
  if (auto error = document_.type().get(kind)) return fail(error);
  if (kind != JsonKind::object) {
    return fail("the record is " + std::string(kind_name(kind)) + ", not a JSON object");
  }
  simdjson::ondemand::object object;
  if (auto error = document_.get_object().get(object)) return fail(error);
  Open open{.plan = plan, .column = table, .row = table.rows()};
  if (!decode_fields(object, open)) return false;
  if (!document_.at_end()) return fail("there is something behind the JSON object");
  if (marked_.empty()) return true;
  if (misfits_ == Misfits::refuse_record) return refuse_misfit();
  if (misfits_ == Misfits::are_dropped) marked_.clear();
  if (plan.rescued() && !marked_.empty()) {
    Column& rescued = table.child(*plan.rescued());
    rescued.truncate(open.row);
    if (!collect_rescued(rescued)) return false;
  }
  return true;
}

// Leaves the structure with a whole row.
bool JsonRowDecoder::decode_fields(simdjson::ondemand::object object, Open& open) {
  for (auto item : object) {
    simdjson::ondemand::field field;
    if (auto error = std::move(item).get(field)) return fail(error);
    std::string_view key = field.escaped_key();
    if (key.contains('\\')) {
      if (auto error = field.unescaped_key(true).get(key)) return fail(error);
    }
    if (!decode_field(field.value(), key, open)) return false;
    if (open.path == nullptr) ++field_;
  }
  for (size_t child = 0; child < open.plan.children().size(); ++child) {
    Column& column = open.column.child(child);
    if (column.rows() == open.row) column.append_null();
  }
  open.column.append_structure();
  return true;
}

bool JsonRowDecoder::decode_field(JsonValue value, std::string_view key, Open& open) {
  const auto match = open.plan.match(key, open.guess);
  if (!match) return decode_unknown(value, key, open);
  open.guess = match->child + 1;
  if (!takes_child(*match, key, open)) {
    mark(field_);
    return check_value(value);
  }
  const Path path{.parent = open.path, .name = &open.plan.name(match->child)};
  return decode_value(value, open.plan.children()[match->child], open.column.child(match->child),
                      &path);
}

// Decides between keys that lead to one child; makes room when the new one wins.
bool JsonRowDecoder::takes_child(const JsonPlan::Match& match, std::string_view key, Open& open) {
  const bool is_set = open.column.child(match.child).rows() > open.row;
  if (!is_set && match.is_exact) return true;
  const auto claim = std::ranges::find(open.claims, match.child, &Claim::child);
  if (!is_set) {
    open.claims.push_back({.child = match.child, .key = std::string(key), .field = field_});
    return true;
  }
  const bool is_same_key = claim == open.claims.end() ? match.is_exact : claim->key == key;
  if (!is_same_key && !match.is_exact) return false;
  if (!is_same_key) {
    mark(claim->field);
    open.claims.erase(claim);
  }
  open.column.child(match.child).truncate(open.row);
  return true;
}

bool JsonRowDecoder::decode_unknown(JsonValue value, std::string_view key, const Open& open) {
  JsonKind kind{};
  if (auto error = value.type().get(kind)) return fail(error);
  if (kind == JsonKind::null) return check_value(value);
  InferredType seen;
  const std::string name = open.plan.name_for(key);
  if (!walk_.infer(value, seen)) return fail(walk_.reason());
  if (unknown_ == Unknown::learn) {
    InferredType& here = learned_at(open.path);
    here.join(Kind::structure);
    here.field(name).join(std::move(seen));
  } else {
    size_t fields_left = 1;
    if (seen.to_type(1, 500, fields_left)) mark(field_);
  }
  return true;
}

InferredType& JsonRowDecoder::learned_at(const Path* path) {
  if (path == nullptr) return learned_;
  InferredType& parent = learned_at(path->parent);
  parent.join(path->name == nullptr ? Kind::list : Kind::structure);
  return path->name == nullptr ? parent.element() : parent.field(*path->name);
}

bool JsonRowDecoder::decode_value(JsonValue value, const JsonPlan& plan, Column& column,
                                  const Path* path) {
  JsonKind kind{};
  if (auto error = value.type().get(kind)) return fail(error);
  if (kind == JsonKind::null) {
    column.append_null();
    return check_value(value);
  }
  switch (plan.kind()) {
    case TypeKind::text:
      return decode_text(value, kind, column);
    case TypeKind::boolean:
      return kind == JsonKind::boolean ? decode_boolean(value, column) : misfit(value, column);
    case TypeKind::int64:
      return kind == JsonKind::number ? decode_int64(value, column) : misfit(value, column);
    case TypeKind::float64:
      return kind == JsonKind::number ? decode_double(value, column) : misfit(value, column);
    case TypeKind::timestamp:
    case TypeKind::date:
      return kind == JsonKind::string ? decode_time(value, column) : misfit(value, column);
    case TypeKind::list:
      return kind == JsonKind::array ? decode_list(value, plan, column, path)
                                     : misfit(value, column);
    case TypeKind::structure: {
      if (kind != JsonKind::object) return misfit(value, column);
      simdjson::ondemand::object object;
      if (auto error = value.get_object().get(object)) return fail(error);
      Open open{.plan = plan, .column = column, .path = path, .row = column.rows()};
      return decode_fields(object, open);
    }
    case TypeKind::binary:
    case TypeKind::decimal:
      return misfit(value, column);
  }
  return misfit(value, column);
}

bool JsonRowDecoder::decode_boolean(JsonValue value, Column& column) {
  bool boolean = false;
  if (auto error = value.get_bool().get(boolean)) return fail(error);
  column.append_boolean(boolean);
  return true;
}

bool JsonRowDecoder::decode_int64(JsonValue value, Column& column) {
  int64_t integer = 0;
  if (value.get_int64().get(integer) == simdjson::SUCCESS) {
    column.append_int64(integer);
    return true;
  }
  double decimal = 0;
  if (is_integer(scalar_text(value)) || value.get_double().get(decimal) != simdjson::SUCCESS ||
      std::trunc(decimal) != decimal || std::abs(decimal) > kExactMax) {
    return misfit(value, column);
  }
  column.append_int64(static_cast<int64_t>(decimal));
  return true;
}

bool JsonRowDecoder::decode_double(JsonValue value, Column& column) {
  double decimal = 0;
  const std::string_view text = scalar_text(value);
  if (value.get_double().get(decimal) != simdjson::SUCCESS) return misfit(value, column);
  if (std::abs(decimal) >= kExactMax && is_integer(text) && !is_exactly(text, decimal)) {
    column.append_null();
    mark(field_);
    return true;
  }
  column.append_double(decimal);
  return true;
}

bool JsonRowDecoder::decode_text(JsonValue value, JsonKind kind, Column& column) {
  if (kind == JsonKind::string) return decode_string(value, column);
  if (kind == JsonKind::number || kind == JsonKind::boolean) {
    const std::string_view text = scalar_text(value);
    const bool is_valid =
        kind == JsonKind::number ? is_json_number(text) : text == "true" || text == "false";
    if (!is_valid) return fail(simdjson::NUMBER_ERROR);
    column.append_text(text);
    return true;
  }
  std::string_view text;
  if (auto error = value.raw_json().get(text)) return fail(error);
  while (!text.empty() && std::string_view(" \t\r\n").contains(text.back())) text.remove_suffix(1);
  if (!walk_.is_valid(text)) return fail(walk_.reason());
  column.append_text(text);
  return true;
}

bool JsonRowDecoder::decode_string(JsonValue value, Column& column) {
  simdjson::ondemand::raw_json_string raw;
  if (auto error = value.get_raw_json_string().get(raw)) return fail(error);
  std::string_view text;
  uint8_t* into = unescaped_.data();
  if (parser_.unescape(raw, into, false).get(text) != simdjson::SUCCESS) {
    // Half of a surrogate pair: U+FFFD in the column, the original in _rescued.
    into = unescaped_.data();
    if (auto error = parser_.unescape(raw, into, true).get(text)) return fail(error);
    mark(field_);
  }
  column.append_text(text);
  return true;
}

bool JsonRowDecoder::decode_time(JsonValue value, Column& column) {
  std::string_view text;
  if (auto error = value.get_string(true).get(text)) return fail(error);
  const auto time = column.type() == TypeKind::date ? parse_date(text) : parse_timestamp(text);
  if (time) {
    column.append_int64(*time);
  } else {
    column.append_null();
    mark(field_);
  }
  return true;
}

bool JsonRowDecoder::decode_list(JsonValue value, const JsonPlan& plan, Column& column,
                                 const Path* path) {
  simdjson::ondemand::array array;
  if (auto error = value.get_array().get(array)) return fail(error);
  const Path element{.parent = path};
  for (auto item : array) {
    JsonValue member;
    if (auto error = std::move(item).get(member)) return fail(error);
    if (!decode_value(member, plan.children().front(), column.child(0), &element)) return false;
  }
  column.append_list();
  return true;
}

bool JsonRowDecoder::misfit(JsonValue value, Column& column) {
  column.append_null();
  mark(field_);
  return check_value(value);
}

bool JsonRowDecoder::check_value(JsonValue value) {
  InferredType scratch;
  return walk_.infer(value, scratch) || fail(walk_.reason());
}

void JsonRowDecoder::mark(size_t field) {
  if (std::ranges::find(marked_, field) == marked_.end()) marked_.push_back(field);
}

bool JsonRowDecoder::refuse_misfit() {
  document_.rewind();
  simdjson::ondemand::object object;
  if (auto error = document_.get_object().get(object)) return fail(error);
  size_t at = 0;
  for (auto item : object) {
    simdjson::ondemand::field field;
    if (auto error = std::move(item).get(field)) return fail(error);
    if (at++ < std::ranges::min(marked_)) continue;
    return fail("the field '" + std::string(std::string_view(field.escaped_key())) +
                "' has no place in the table's columns, or is of another type than its column");
  }
  return fail("a field does not fit the table's columns");
}

bool JsonRowDecoder::collect_rescued(Column& into) {
  document_.rewind();
  simdjson::ondemand::object object;
  if (auto error = document_.get_object().get(object)) return fail(error);
  std::ranges::sort(marked_);
  std::string text = "{";
  size_t place = 0;
  for (auto item : object) {
    simdjson::ondemand::field field;
    if (auto error = std::move(item).get(field)) return fail(error);
    if (!std::ranges::binary_search(marked_, place++)) continue;
    std::string_view raw;
    const std::string_view key = field.escaped_key();
    if (auto error = field.value().raw_json().get(raw)) return fail(error);
    while (!raw.empty() && std::string_view(" \t\r\n").contains(raw.back())) raw.remove_suffix(1);
    if (text.size() > 1) text += ", ";
    text.append("\"").append(key).append("\": ").append(raw);
  }
  into.append_text(text + "}");
  return true;
}

}  // namespace tarn::columns
