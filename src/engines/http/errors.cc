#include "engines/http/errors.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/core.h>

#include "formats/json/value.h"

namespace tarn::http {
namespace {

constexpr std::array kReasons = {
    std::pair{100, std::string_view("Continue")},
    std::pair{200, std::string_view("OK")},
    std::pair{201, std::string_view("Created")},
    std::pair{202, std::string_view("Accepted")},
    std::pair{204, std::string_view("No Content")},
    std::pair{206, std::string_view("Partial Content")},
    std::pair{301, std::string_view("Moved Permanently")},
    std::pair{302, std::string_view("Found")},
    std::pair{304, std::string_view("Not Modified")},
    std::pair{307, std::string_view("Temporary Redirect")},
    std::pair{308, std::string_view("Permanent Redirect")},
    std::pair{400, std::string_view("Bad Request")},
    std::pair{401, std::string_view("Unauthorized")},
    std::pair{403, std::string_view("Forbidden")},
    std::pair{404, std::string_view("Not Found")},
    std::pair{405, std::string_view("Method Not Allowed")},
    std::pair{406, std::string_view("Not Acceptable")},
    std::pair{408, std::string_view("Request Timeout")},
    std::pair{409, std::string_view("Conflict")},
    std::pair{412, std::string_view("Precondition Failed")},
    std::pair{413, std::string_view("Content Too Large")},
    std::pair{415, std::string_view("Unsupported Media Type")},
    std::pair{416, std::string_view("Range Not Satisfiable")},
    std::pair{417, std::string_view("Expectation Failed")},
    std::pair{421, std::string_view("Misdirected Request")},
    std::pair{422, std::string_view("Unprocessable Content")},
    std::pair{429, std::string_view("Too Many Requests")},
    std::pair{431, std::string_view("Request Header Fields Too Large")},
    std::pair{500, std::string_view("Internal Server Error")},
    std::pair{501, std::string_view("Not Implemented")},
    std::pair{502, std::string_view("Bad Gateway")},
    std::pair{503, std::string_view("Service Unavailable")},
    std::pair{504, std::string_view("Gateway Timeout")},
    std::pair{505, std::string_view("HTTP Version Not Supported")},
};

}  // namespace

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
      return 400;
    case ErrorCode::not_found:
      return 404;
    case ErrorCode::already_exists:
    case ErrorCode::failed_precondition:
      return 409;
    case ErrorCode::out_of_range:
      return 416;
    case ErrorCode::permission_denied:
      return 403;
    case ErrorCode::unavailable:
    case ErrorCode::resource_exhausted:
    case ErrorCode::cancelled:
      return 503;
    case ErrorCode::timed_out:
      return 504;
    case ErrorCode::unimplemented:
      return 501;
    case ErrorCode::corrupt:
    case ErrorCode::internal:
      return 500;
  }
  return 500;
}

std::string_view reason_phrase(int status) {
  const auto* found =
      std::ranges::find(kReasons, status, [](const auto& row) { return row.first; });
  return found == kReasons.end() ? "Status" : found->second;
}

Response problem(int status, std::string_view detail,
                 const std::vector<std::pair<std::string, std::string>>& members) {
  std::string json = fmt::format(R"({{"type":"about:blank","title":"{}","status":{},"detail":{})",
                                 reason_phrase(status), status, json_quoted(detail));
  for (const auto& [name, value] : members) json += "," + json_quoted(name) + ":" + value;
  json += "}\n";
  return {status, {{"Content-Type", "application/problem+json"}}, std::move(json)};
}

Response problem(const Error& error) {
  const int status = status_of(error.code());
  if (status == 500) return problem(500, "Something went wrong here; the server's log says what.");
  return problem(status, error.message());
}

std::string json_quoted(std::string_view text) {
  return json::quote(text);
}

}  // namespace tarn::http
