// Bodies as servers compress them.
#pragma once

#include <string>
#include <string_view>

namespace tarn::http::testing {

std::string gzip(std::string_view plain);
std::string zlib_deflate(std::string_view plain);
std::string raw_deflate(std::string_view plain);

}  // namespace tarn::http::testing
