// What the text of a parameter means, and whether it is allowed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/error.h"
#include "formats/pipeline/pipeline.h"

namespace tarn::pipeline {

// Dates and timestamps stay texts once they are known to be such.
using ParameterValue = std::variant<std::string, int64_t, double, bool>;

// invalid_argument names the parameter and what is allowed.
Result<ParameterValue> read_parameter(const Parameter& parameter, std::string_view text);

// "a whole number from 1 to 1000"
std::string allowed_values(const Parameter& parameter);

std::string_view to_string(ParameterType type);

}  // namespace tarn::pipeline
