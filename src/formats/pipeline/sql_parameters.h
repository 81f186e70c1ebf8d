// The :name parameters of an endpoint's statement.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace tarn::pipeline {

struct ParameterizedSql {
  std::string statement;  // with $name, as DuckDB wants it
  std::set<std::string> names;
};

// A colon and a name, unless it stands in a string, a quoted name, a comment, a cast (::), a slice
// ([1:n]) or a struct ({a:b}).
ParameterizedSql read_sql_parameters(std::string_view sql);

}  // namespace tarn::pipeline
