#include "services/lake/text.h"

#include <algorithm>

#include <boost/json.hpp>

namespace tarn::lake {
std::string single_line(std::string_view json) {
  // Inside of its texts valid JSON has no raw control characters.
  std::string line(json);
  std::ranges::replace_if(line, [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return line;
}

std::string json_text(std::string_view text) {
  return boost::json::serialize(boost::json::string(text));
}

}  // namespace tarn::lake
