// Waiting for a moment.
#pragma once

#include <chrono>

#include "platform/os/clock.h"
#include "platform/runtime/task.h"

namespace tarn::runtime {

Awaitable<void> sleep_until(os::MonotonicTime at);
Awaitable<void> sleep_for(std::chrono::nanoseconds duration);

}  // namespace tarn::runtime
