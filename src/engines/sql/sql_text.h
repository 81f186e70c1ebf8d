// Names and texts put into SQL of the program. Private to the module; what users say is bound as a
// parameter instead.
#pragma once

#include <string>
#include <string_view>

namespace tarn::sql {

inline std::string quote(std::string_view text, char mark) {
  std::string quoted(1, mark);
  for (const char c : text) quoted.append(c == mark ? 2 : 1, c);
  return quoted + mark;
}
inline std::string quote_text(std::string_view text) {
  return quote(text, '\'');
}
inline std::string quote_name(std::string_view name) {
  return quote(name, '"');
}

}  // namespace tarn::sql
