// Parameters in SQL text: people write :name, DuckDB reads $name.
#pragma once

#include <string>
#include <string_view>

namespace tarn::sql {

// Replaces ':' by '$' where it begins a parameter; every other character keeps its place, so that
// positions in messages stay true. Texts, quoted names, comments, casts (a::int), named arguments
// (a := 1), slices (a[1:n]) and structures ({k:v}) are left alone. A prefix alias needs a space
// after its colon (total: a + b).
std::string with_dollar_parameters(std::string_view sql);

}  // namespace tarn::sql
