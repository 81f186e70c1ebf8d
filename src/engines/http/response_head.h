// The bytes before the body of an answer.
#pragma once

#include <string>

#include "base/time.h"
#include "engines/http/message.h"

namespace tarn::http {

enum class KeepAlive { no, yes };

// Status line and header (RFC 9112). Line breaks inside names and values become spaces: a value
// cannot begin a new field.
std::string response_head(const Response& response, Timestamp now, KeepAlive keep_alive);

}  // namespace tarn::http
