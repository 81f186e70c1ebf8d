// From the text of tarn.yaml to a Pipeline, or to everything that is wrong with it.
#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "formats/pipeline/pipeline.h"
#include "formats/pipeline/problem.h"

namespace tarn::pipeline {

struct ParseOptions {
  std::optional<std::string> environment;  // a key of environments:
  std::vector<std::string> settings;       // KEY=VALUE, applied last
  // Reads a file named in the pipeline, relative to its folder (sql: models/x.sql).
  std::function<Result<std::string>(const std::string& path)> read_file;
};

// No I/O but read_file. Checks two of the three layers: the file (keys, types, units) and the graph
// (names that refer to each other). The order of problems is that of the file.
std::expected<Pipeline, std::vector<Problem>> parse(std::string_view text,
                                                    const ParseOptions& options);

// The names of all secrets that the pipeline refers to, each with one place that needs it.
std::map<std::string, std::string> secret_names(const Pipeline& pipeline);

}  // namespace tarn::pipeline
