#include "formats/table_format/delta_schema.h"

#include <algorithm>

#include <boost/json.hpp>

#include "base/check.h"

namespace tarn::table_format {
namespace {

namespace json = boost::json;
using columns::Field;
using columns::Type;
using columns::TypeKind;

constexpr size_t kDepthMax = 64;

struct ScalarName {
  std::string_view name;
  TypeKind kind;
};
constexpr ScalarName kScalars[] = {
    {"boolean", TypeKind::boolean},     {"long", TypeKind::int64}, {"double", TypeKind::float64},
    {"string", TypeKind::text},         {"date", TypeKind::date},  {"binary", TypeKind::binary},
    {"timestamp", TypeKind::timestamp},
};

json::value type_to_json(const Type& type);

json::object field_to_json(const Field& field) {
  return {{"name", field.name},
          {"type", type_to_json(field.type)},
          {"nullable", field.nullable},
          {"metadata", json::object()}};
}

json::object structure_to_json(const std::vector<Field>& fields) {
  json::array list;
  for (const auto& field : fields) list.push_back(field_to_json(field));
  return {{"type", "struct"}, {"fields", std::move(list)}};
}

json::value type_to_json(const Type& type) {
  if (type.kind() == TypeKind::structure) return structure_to_json(type.fields());
  if (type.kind() == TypeKind::list) {
    return json::object{
        {"type", "array"}, {"elementType", type_to_json(type.element())}, {"containsNull", true}};
  }
  for (const auto& scalar : kScalars) {
    if (scalar.kind == type.kind()) return json::string(scalar.name);
  }
  check(false, "a table's column has a type of tables");
  return nullptr;
}

Error malformed(std::string_view what) {
  return Error(ErrorCode::corrupt, "the table's schema " + std::string(what));
}

Result<const json::value*> member(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (value == nullptr) return malformed("misses \"" + std::string(key) + "\"");
  return value;
}

Result<std::vector<Field>> read_fields(const json::object& structure, size_t depth);

Result<Type> read_type(const json::value& value, const std::string& column, size_t depth) {
  if (depth > kDepthMax) return malformed("is nested deeper than 64");
  if (value.is_object()) {
    const auto& object = value.as_object();
    const auto* kind = TRY(member(object, "type"));
    if (*kind == "struct") return Type::structure(TRY(read_fields(object, depth + 1)));
    if (*kind == "array") {
      const auto* element = TRY(member(object, "elementType"));
      return Type::list(TRY(read_type(*element, column, depth + 1)));
    }
    return Error(ErrorCode::unimplemented,
                 "the column " + column + " has the type " + json::serialize(*kind));
  }
  if (!value.is_string()) return malformed("has a type that is neither a text nor an object");
  for (const auto& scalar : kScalars) {
    if (value.as_string() == scalar.name) return Type(scalar.kind);
  }
  return Error(ErrorCode::unimplemented,
               "the column " + column + " has the type " + std::string(value.as_string()) +
                   ", which this release does not write; give the table another name");
}

Result<std::vector<Field>> read_fields(const json::object& structure, size_t depth) {
  const auto* list = TRY(member(structure, "fields"));
  if (!list->is_array()) return malformed("has fields that are not an array");
  std::vector<Field> fields;
  for (const auto& item : list->as_array()) {
    if (!item.is_object()) return malformed("has a field that is not an object");
    const auto* name = TRY(member(item.as_object(), "name"));
    const auto* type = TRY(member(item.as_object(), "type"));
    const auto* nullable = item.as_object().if_contains("nullable");
    if (!name->is_string()) return malformed("has a field without a name");
    const std::string column(name->as_string());
    fields.push_back({.name = column,
                      .type = TRY(read_type(*type, column, depth)),
                      .nullable = nullable == nullptr || *nullable != json::value(false)});
  }
  return fields;
}

// Adds what new_fields have and the structure lacks.
void add_fields(json::object& structure, const std::vector<Field>& new_fields);

void add_to_type(json::value& type, const Type& new_type) {
  if (!type.is_object()) return;
  if (new_type.kind() == TypeKind::structure) {
    add_fields(type.as_object(), new_type.fields());
  } else if (new_type.kind() == TypeKind::list) {
    add_to_type(type.as_object()["elementType"], new_type.element());
  }
}

void add_fields(json::object& structure, const std::vector<Field>& new_fields) {
  auto& list = structure["fields"].as_array();
  for (const auto& field : new_fields) {
    auto* known = std::ranges::find_if(
        list, [&](const json::value& item) { return item.at("name").as_string() == field.name; });
    if (known == list.end()) {
      list.push_back(field_to_json(field));
    } else {
      add_to_type(known->as_object()["type"], field.type);
    }
  }
}

Result<json::value> parse_structure(std::string_view text) {
  json::error_code error;
  json::parse_options options;
  options.max_depth = kDepthMax * 4;
  auto value = json::parse(json::string_view(text.data(), text.size()), error, {}, options);
  if (error || !value.is_object()) return malformed("is not a JSON object");
  return value;
}

}  // namespace

std::string write_schema(const columns::Schema& schema) {
  return json::serialize(structure_to_json(schema.fields));
}

Result<columns::Schema> read_schema(std::string_view text) {
  const auto value = TRY(parse_structure(text));
  return columns::Schema{.fields = TRY(read_fields(value.as_object(), 0))};
}

Result<std::string> add_to_schema(std::string_view text, const columns::Schema& schema) {
  TRY(read_schema(text));  // so that what follows finds the shape that it expects
  auto value = TRY(parse_structure(text));
  add_fields(value.as_object(), schema.fields);
  return json::serialize(value);
}

}  // namespace tarn::table_format
