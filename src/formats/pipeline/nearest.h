// Did you mean …?
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tarn::pipeline {

// The candidate that is a typing mistake away from the word, or is written with other capitals;
// none when nothing is close.
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& among);

}  // namespace tarn::pipeline
