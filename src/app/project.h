// The folder of a pipeline: its tarn.yaml, read for one environment.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "app/command.h"
#include "formats/pipeline/parse.h"
#include "formats/pipeline/pipeline.h"

namespace tarn::app {

struct Project {
  std::string directory;  // absolute
  bool has_file = false;  // without one: an empty platform
  pipeline::Pipeline pipeline;

  [[nodiscard]] std::string data_directory() const;  // absolute
  [[nodiscard]] std::string lake_directory() const;
};

// --dir, --env and --set, for every command that reads the file.
std::vector<Option> project_options();

// Reads <directory>/tarn.yaml. --data and --lake of the arguments win over deploy:.
std::expected<Project, std::vector<pipeline::Problem>> read_project(const std::string& directory,
                                                                    const Arguments& arguments);
// Reads the project of --dir and shows what is wrong with it; the error is the exit code.
std::expected<Project, int> load_project(const Arguments& arguments, Terminal& terminal);
std::expected<Project, int> load_project(const std::string& directory, const Arguments& arguments,
                                         Terminal& terminal);

// Writes .tarn/schema.json, which editors read; nothing happens when that cannot be done.
void write_editor_schema(const Project& project);

}  // namespace tarn::app
