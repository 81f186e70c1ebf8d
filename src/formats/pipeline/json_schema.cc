#include "formats/pipeline/json_schema.h"

#include <boost/json.hpp>

#include "formats/pipeline/description.h"

namespace tarn::pipeline {
namespace {

namespace json = boost::json;

json::object schema_of(const Shape& shape, bool is_overlay);

json::object object_schema(const Shape& shape, bool is_overlay) {
  json::object properties;
  json::array required;
  for (const Field& field : shape.fields) {
    if (field.later) continue;
    bool below_overlay = is_overlay || field.name == "environments";
    json::object property = schema_of(*field.shape, below_overlay);
    property["description"] = field.doc;
    if (!field.default_text.empty()) property["default"] = field.default_text;
    properties[field.name] = std::move(property);
    if (field.required && !is_overlay) required.emplace_back(field.name);
  }
  json::object schema{{"type", json::array{"object", "null"}},
                      {"additionalProperties", false},
                      {"properties", std::move(properties)}};
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

// A text may be written as a bare number or boolean: YAML decides by looks, the reader does not.
json::object text_schema(const Shape& shape) {
  json::object schema{{"type", json::array{"string", "number", "boolean"}}};
  if (!shape.pattern.empty()) schema["pattern"] = shape.pattern;
  return schema;
}

json::object long_form(const Shape& shape, bool is_overlay) {
  switch (shape.kind) {
    case Shape::Kind::text:
      return text_schema(shape);
    case Shape::Kind::integer: {
      json::object schema{{"type", "integer"}};
      if (shape.min) schema["minimum"] = *shape.min;
      if (shape.max) schema["maximum"] = *shape.max;
      return schema;
    }
    case Shape::Kind::number:
      return {{"type", "number"}};
    case Shape::Kind::boolean:
      return {{"type", "boolean"}};
    case Shape::Kind::choice:
      return {{"enum", json::value_from(shape.choices)}};
    case Shape::Kind::list:
      return {{"type", "array"}, {"items", schema_of(*shape.element, is_overlay)}};
    case Shape::Kind::map:
      return {{"type", json::array{"object", "null"}},
              {"additionalProperties", schema_of(*shape.element, is_overlay)}};
    case Shape::Kind::object:
      return object_schema(shape, is_overlay);
  }
  return {};
}

json::object schema_of(const Shape& shape, bool is_overlay) {
  if (!shape.short_form) return long_form(shape, is_overlay);
  return {{"anyOf",
           json::array{schema_of(*shape.short_form, is_overlay), long_form(shape, is_overlay)}}};
}

void print(std::string& out, const json::value& value, size_t indent) {
  std::string margin(indent, ' ');
  if (const json::object* object = value.if_object(); object != nullptr && !object->empty()) {
    out += "{\n";
    for (const auto& [key, member] : *object) {
      out += margin + "  " + json::serialize(key) + ": ";
      print(out, member, indent + 2);
      out += ",\n";
    }
    out.erase(out.size() - 2, 1);
    out += margin + "}";
    return;
  }
  out += json::serialize(value);
}

}  // namespace

std::string json_schema() {
  json::object schema{{"$schema", "http://json-schema.org/draft-07/schema#"},
                      {"title", "tarn.yaml"},
                      {"description", "A pipeline of tarn."}};
  for (auto& member : schema_of(*describe_pipeline().shape, false)) schema.insert(member);
  std::string text;
  print(text, schema, 0);
  return text + "\n";
}

}  // namespace tarn::pipeline
