// Bytes to a server and all that it answers until it closes.
#pragma once

#include <cstdint>
#include <string>

#include "platform/runtime/task.h"

namespace tarn::http::testing {

// Waits at most five seconds for the end of the answer; what came by then is returned.
runtime::Awaitable<std::string> raw_exchange(uint16_t port, std::string sent);

}  // namespace tarn::http::testing
