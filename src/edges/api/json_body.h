// Bodies of the admin API.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "base/error.h"
#include "base/time.h"
#include "engines/http/message.h"

namespace tarn::api {

// The members of a JSON object; an empty body is an empty object. invalid_argument otherwise.
Result<boost::json::object> parse_body(const http::Request& request);

// Missing is none; another type is invalid_argument, with the name of the member.
Result<std::optional<std::string>> text_member(const boost::json::object& body,
                                               std::string_view name);
Result<std::optional<int64_t>> integer_member(const boost::json::object& body,
                                              std::string_view name);

// A parameter of the path, which the route's pattern guarantees.
std::string path_parameter(const http::Request& request, std::string_view name);
Result<std::optional<int64_t>> integer_parameter(const http::Request& request,
                                                 std::string_view name);

http::Response respond_json(const boost::json::value& value, int status = 200);

boost::json::value to_json(std::optional<Timestamp> at);

}  // namespace tarn::api
