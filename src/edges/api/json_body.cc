#include "edges/api/json_body.h"

#include <charconv>

#include <boost/json.hpp>

namespace tarn::api {
namespace {

namespace json = boost::json;

Error wrong(std::string_view name, std::string_view expected) {
  return {ErrorCode::invalid_argument,
          "'" + std::string(name) + "' must be " + std::string(expected)};
}

}  // namespace

Result<json::object> parse_body(const http::Request& request) {
  if (request.body.empty()) return json::object();
  boost::system::error_code error;
  json::value value = json::parse(request.body, error);
  if (error || !value.is_object()) {
    return Error(ErrorCode::invalid_argument, "the body must be a JSON object");
  }
  return std::move(value.as_object());
}

Result<std::optional<std::string>> text_member(const json::object& body, std::string_view name) {
  const json::value* value = body.if_contains(name);
  if (value == nullptr || value->is_null()) return std::optional<std::string>();
  if (!value->is_string()) return wrong(name, "a text");
  return std::optional(std::string(value->as_string()));
}

Result<std::optional<int64_t>> integer_member(const json::object& body, std::string_view name) {
  const json::value* value = body.if_contains(name);
  if (value == nullptr || value->is_null()) return std::optional<int64_t>();
  if (!value->is_int64()) return wrong(name, "a whole number");
  return std::optional(value->as_int64());
}

std::string path_parameter(const http::Request& request, std::string_view name) {
  return std::string(http::find_parameter(request.path_params, name).value_or(""));
}

Result<std::optional<int64_t>> integer_parameter(const http::Request& request,
                                                 std::string_view name) {
  auto text = http::find_parameter(request.query, name);
  if (!text) return std::optional<int64_t>();
  int64_t value = 0;
  auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size()) {
    return wrong(name, "a whole number");
  }
  return std::optional(value);
}

http::Response respond_json(const json::value& value, int status) {
  return http::json_response(status, json::serialize(value) + "\n");
}

json::value to_json(std::optional<Timestamp> at) {
  if (!at) return nullptr;
  return json::value(to_iso8601(*at));
}

}  // namespace tarn::api
