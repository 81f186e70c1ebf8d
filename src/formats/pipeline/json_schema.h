// The JSON Schema of tarn.yaml, for editors, and the texts of `tarn explain`.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"

namespace tarn::pipeline {

// Draft 7, which editors know; one document with a line break at its end.
std::string json_schema();

// What a key means: sources.NAME.http.url, with any word where a name stands. An empty key is the
// file itself. not_found says what is near.
Result<std::string> explain_key(const std::string& key);

// All keys, with NAME for names that are free; for completion.
std::vector<std::string> known_keys();

}  // namespace tarn::pipeline
