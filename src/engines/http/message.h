// What a server's handler gets and gives.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "engines/http/headers.h"

namespace tarn::http {

enum class Method { get, head, post, put, patch, del, options, other };
std::string_view to_string(Method method);  // "GET"
Method parse_method(std::string_view text);

// Decoded names and values in the order of the message; a name may come more than once.
using Parameters = std::vector<std::pair<std::string, std::string>>;
std::optional<std::string_view> find_parameter(const Parameters& parameters, std::string_view name);

struct Request {
  Method method = Method::get;
  std::string target;      // as sent: path and query
  std::string path;        // as sent, without the query
  std::string route;       // the pattern that matched, for metrics: "/topics/{topic}"
  Parameters path_params;  // by the pattern
  Parameters query;
  Headers headers;
  std::string body;
  std::string remote;  // "127.0.0.1:40000"
};

using Body = std::variant<std::string, SharedBytes>;
std::string_view view_of(const Body& body);

// Content-Length, Date and Connection are the server's business.
struct Response {
  int status = 200;
  Headers headers;
  Body body;
};

// Content-Type: application/json
Response json_response(int status, std::string json);
// Content-Type: text/plain; charset=utf-8
Response text_response(int status, std::string text);

}  // namespace tarn::http
