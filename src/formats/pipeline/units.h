// Sizes and durations as people write them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace tarn::pipeline {

// 64MB is 64 * 10^6, 64MiB is 64 * 2^20; a plain number is bytes.
Result<uint64_t> parse_size(std::string_view text);
std::string format_size(uint64_t bytes);

// 500ms 15s 1m 2h 7d, also together: 1h30m.
Result<Millis> parse_duration(std::string_view text);
std::string format_duration(Millis duration);

}  // namespace tarn::pipeline
