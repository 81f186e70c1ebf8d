// Instants and dates as ISO 8601 text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tarn::columns {

// RFC 3339 to microseconds since 1970; none when it is another text or finer than a microsecond.
std::optional<int64_t> parse_timestamp(std::string_view text);
// yyyy-mm-dd to days since 1970.
std::optional<int64_t> parse_date(std::string_view text);
// 2024-09-01T11:36:01.25Z: as many digits as are needed. Years beyond 9999 have a sign.
std::string timestamp_text(int64_t micros);
std::string date_text(int64_t days);

}  // namespace tarn::columns
