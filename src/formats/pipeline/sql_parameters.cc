#include "formats/pipeline/sql_parameters.h"

#include <algorithm>
#include <cctype>

namespace tarn::pipeline {
namespace {

bool is_name_start(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_';
}
bool is_name_part(char c) {
  return is_name_start(c) || (c >= '0' && c <= '9');
}

// Where the literal, quoted name or comment that begins at `at` ends; `at` itself: none begins.
size_t skip_opaque(std::string_view sql, size_t at) {
  auto after = [&](std::string_view closing, size_t from) {
    size_t found = sql.find(closing, from);
    return found == std::string_view::npos ? sql.size() : found + closing.size();
  };
  std::string_view rest = sql.substr(at);
  if (rest[0] == '\'' || rest[0] == '"') return after(rest.substr(0, 1), at + 1);
  if (rest.starts_with("--")) return after("\n", at);
  if (rest.starts_with("/*")) return after("*/", at + 2);
  if (rest.starts_with("$$")) return after("$$", at + 2);
  return at;
}

bool begins_parameter(std::string_view sql, size_t at) {
  if (sql[at] != ':' || at + 1 >= sql.size() || !is_name_start(sql[at + 1])) return false;
  if (at == 0) return true;
  char before = sql[at - 1];
  return !is_name_part(before) && std::string_view(":])\"'").find(before) == std::string_view::npos;
}

}  // namespace

ParameterizedSql read_sql_parameters(std::string_view sql) {
  ParameterizedSql result;
  size_t at = 0;
  while (at < sql.size()) {
    size_t end = skip_opaque(sql, at);
    if (end > at) {
      result.statement += sql.substr(at, end - at);
      at = end;
    } else if (begins_parameter(sql, at)) {
      size_t name_end = at + 1;
      while (name_end < sql.size() && is_name_part(sql[name_end])) ++name_end;
      std::string name(sql.substr(at + 1, name_end - at - 1));
      result.statement += "$" + name;
      result.names.insert(std::move(name));
      at = name_end;
    } else {
      result.statement += sql[at++];
    }
  }
  return result;
}

}  // namespace tarn::pipeline
