// Lengths of time in the properties of a Delta table.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace tarn::table_format {

// "interval 30 days", "1 week 12 hours": numbers with units from milliseconds to weeks, the word
// interval or none. None for anything else, months among it: they have no length.
std::optional<Millis> parse_interval(std::string_view text);

}  // namespace tarn::table_format
