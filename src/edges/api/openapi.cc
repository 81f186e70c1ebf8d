#include "edges/api/openapi.h"

#include <boost/json.hpp>

#include "formats/pipeline/parameter_value.h"

namespace tarn::api {
namespace {

namespace json = boost::json;

json::object number_schema(const pipeline::Parameter& parameter, std::string_view type) {
  json::object schema{{"type", type}};
  if (parameter.min) schema["minimum"] = *parameter.min;
  if (parameter.max) schema["maximum"] = *parameter.max;
  return schema;
}

json::object type_schema(const pipeline::Parameter& parameter) {
  switch (parameter.type) {
    case pipeline::ParameterType::integer:
      return number_schema(parameter, "integer");
    case pipeline::ParameterType::number:
      return number_schema(parameter, "number");
    case pipeline::ParameterType::boolean:
      return {{"type", "boolean"}};
    case pipeline::ParameterType::date:
      return {{"type", "string"}, {"format", "date"}};
    case pipeline::ParameterType::timestamp:
      return {{"type", "string"}, {"format", "date-time"}};
    case pipeline::ParameterType::text:
      break;
  }
  json::object schema{{"type", "string"}};
  if (parameter.length_max) schema["maxLength"] = *parameter.length_max;
  return schema;
}

json::value typed_default(const pipeline::Parameter& parameter) {
  auto value = pipeline::read_parameter(parameter, *parameter.default_value);
  if (!value) return nullptr;
  return std::visit([](const auto& held) { return json::value(held); }, *value);
}

json::object describe(const pipeline::Parameter& parameter) {
  json::object schema = type_schema(parameter);
  if (!parameter.choices.empty()) schema["enum"] = json::value_from(parameter.choices);
  if (parameter.default_value) schema["default"] = typed_default(parameter);
  json::object described{{"name", parameter.name},
                         {"in", parameter.in_path ? "path" : "query"},
                         {"required", parameter.in_path || !parameter.default_value},
                         {"schema", std::move(schema)}};
  if (!parameter.doc.empty()) described["description"] = parameter.doc;
  return described;
}

json::object format_parameter() {
  return {{"name", "format"},
          {"in", "query"},
          {"required", false},
          {"schema", {{"type", "string"}, {"enum", {"json", "csv"}}, {"default", "json"}}}};
}

json::object responses() {
  json::object rows{
      {"description", "The rows"},
      {"content",
       {{"application/json", {{"schema", {{"type", "array"}, {"items", {{"type", "object"}}}}}}},
        {"text/csv", {{"schema", {{"type", "string"}}}}}}}};
  json::object problem{
      {"description", "What is wrong (RFC 9457)"},
      {"content", {{"application/problem+json", {{"schema", {{"type", "object"}}}}}}}};
  return {{"200", std::move(rows)}, {"default", std::move(problem)}};
}

}  // namespace

std::string openapi_document(const pipeline::Pipeline& pipeline) {
  json::object paths;
  for (const auto& [path, endpoint] : pipeline.api) {
    json::array parameters;
    for (const auto& parameter : endpoint.params) parameters.push_back(describe(parameter));
    parameters.push_back(format_parameter());
    json::object get{{"parameters", std::move(parameters)}, {"responses", responses()}};
    if (!endpoint.doc.empty()) get["summary"] = endpoint.doc;
    paths[path] = json::object{{"get", std::move(get)}};
  }
  json::object document{{"openapi", "3.1.0"},
                        {"info", {{"title", pipeline.name}, {"version", "1"}}},
                        {"paths", std::move(paths)}};
  return json::serialize(document) + "\n";
}

}  // namespace tarn::api
