// Errors as HTTP answers: the one place where codes become statuses (RFC 9457, problem details).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "engines/http/message.h"

namespace tarn::http {

// 400, 404, 409, 413, 416, 500, 501, 503, 504 and so on. internal and corrupt are 500: their text
// is for the log, not for the caller.
int status_of(ErrorCode code);

std::string_view reason_phrase(int status);  // "Not Found"

// {"type":"about:blank","title":"Not Found","status":404,"detail":"…"} as application/problem+json.
// Members are added as they are: name and JSON text.
Response problem(int status, std::string_view detail,
                 const std::vector<std::pair<std::string, std::string>>& members = {});
Response problem(const Error& error);

// text as a JSON string, quotes included; invalid UTF-8 becomes U+FFFD.
std::string json_quoted(std::string_view text);

}  // namespace tarn::http
