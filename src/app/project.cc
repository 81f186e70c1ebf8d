#include "app/project.h"

#include <filesystem>

#include "app/exit_code.h"
#include "formats/pipeline/json_schema.h"
#include "platform/os/file_system.h"

namespace tarn::app {
namespace {

constexpr size_t kFileBytesMax = 1 << 20;

std::string absolute(const std::string& base, const std::string& path) {
  const auto joined = std::filesystem::path(base) / path;
  std::error_code failed;  // where the command is typed may be gone
  const auto whole = std::filesystem::absolute(joined, failed);
  return (failed ? joined : whole).lexically_normal().string();
}

Result<std::string> read_text(const std::string& path) {
  os::PosixFileSystem files;
  auto file = TRY(files.open(path, os::OpenMode::read));
  if (TRY(file->size()) > kFileBytesMax) {
    return Error(ErrorCode::resource_exhausted, path + " is larger than 1 MiB");
  }
  Bytes bytes = TRY(os::read_file(files, path));
  return std::string(as_text(bytes));
}

// A file of the pipeline lies below its folder: a path cannot lead out of it.
Result<std::string> read_below(const std::string& directory, const std::string& path) {
  auto whole = std::filesystem::path(absolute(directory, path));
  auto relative = whole.lexically_relative(directory);
  if (relative.empty() || *relative.begin() == "..") {
    return Error(ErrorCode::permission_denied,
                 "'" + path + "' lies outside of the pipeline's folder");
  }
  return read_text(whole.string());
}

// Whitespace and comments only.
bool says_nothing(const std::string& text) {
  bool is_comment = false;
  for (char c : text) {
    if (c == '#') is_comment = true;
    if (c == '\n') is_comment = false;
    if (!is_comment && std::string_view(" \t\r\n").find(c) == std::string_view::npos) return false;
  }
  return true;
}

// None: there is no such file, and an empty platform is meant.
Result<std::optional<std::string>> read_pipeline_file(const std::string& path) {
  std::error_code ignored;
  auto kind = std::filesystem::symlink_status(path, ignored).type();
  if (kind == std::filesystem::file_type::not_found) return std::optional<std::string>();
  if (!std::filesystem::is_regular_file(path, ignored)) {
    return Error(ErrorCode::invalid_argument,
                 path + " is not a file, or a link that leads nowhere");
  }
  auto text = TRY(read_text(path));
  if (says_nothing(text)) {
    return Error(ErrorCode::invalid_argument,
                 path +
                     " says nothing; 'tarn init' writes one that runs, and without the file an "
                     "empty platform is started");
  }
  return std::optional(std::move(text));
}

// A folder named on the command line; none when the option is not given.
std::optional<std::string> given_folder(const Arguments& arguments, const std::string& option) {
  auto given = arguments.find(option);
  // Relative to where the command is typed.
  if (given) given = absolute("", *given);
  return given;
}

pipeline::Problem whole_file(std::string message) {
  return {.at = {}, .path = "", .message = std::move(message)};
}

}  // namespace

std::string Project::data_directory() const {
  return absolute(directory, pipeline.deploy.log);
}

std::string Project::lake_directory() const {
  return absolute(directory, pipeline.deploy.lake);
}

std::vector<Option> project_options() {
  return {{.name = "--dir", .value = "DIR", .doc = "the folder of tarn.yaml (default: this one)"},
          {.name = "--env", .value = "NAME", .doc = "an environment of tarn.yaml"},
          {.name = "--set",
           .value = "KEY=VALUE",
           .doc = "another value for a key, such as deploy.memory=1GB",
           .repeats = true},
          {.name = "--data", .value = "DIR", .doc = "the folder of the log (deploy.log)"},
          {.name = "--lake", .value = "DIR", .doc = "the folder of the tables (deploy.lake)"}};
}

std::expected<Project, std::vector<pipeline::Problem>> read_project(const std::string& directory,
                                                                    const Arguments& arguments) {
  Project project;
  project.directory = absolute("", directory);
  if (project.directory.size() > 1 && project.directory.ends_with('/'))
    project.directory.pop_back();
  auto problems_of = [](std::string message) {
    return std::unexpected(std::vector{whole_file(std::move(message))});
  };
  std::error_code ignored;
  if (!std::filesystem::is_directory(project.directory, ignored)) {
    const bool is_file = std::filesystem::exists(project.directory, ignored);
    return problems_of(is_file ? project.directory + " is a file; give the folder it lies in"
                               : "the folder " + project.directory + " does not exist");
  }
  std::string text;
  auto file = read_pipeline_file(project.directory + "/tarn.yaml");
  if (!file) return problems_of("it cannot be read: " + file.error().message());
  project.has_file = file->has_value();
  if (project.has_file) text = **std::move(file);
  pipeline::ParseOptions options{
      .environment = arguments.find("--env"),
      .settings = arguments.all("--set"),
      .read_file = [&](const std::string& path) { return read_below(project.directory, path); }};
  auto parsed = pipeline::parse(text, options);
  if (!parsed) return std::unexpected(std::move(parsed).error());
  project.pipeline = *std::move(parsed);
  for (const char* option : {"--data", "--lake"}) {
    if (arguments.find(option) == "") return problems_of(std::string(option) + " needs a folder");
  }
  if (auto data = given_folder(arguments, "--data")) project.pipeline.deploy.log = *data;
  if (auto lake = given_folder(arguments, "--lake")) project.pipeline.deploy.lake = *lake;
  return project;
}

std::expected<Project, int> load_project(const std::string& directory, const Arguments& arguments,
                                         Terminal& terminal) {
  auto project = read_project(directory, arguments);
  if (project) return *std::move(project);
  for (const pipeline::Problem& problem : project.error()) {
    terminal.note(pipeline::to_string(problem, "tarn.yaml"));
  }
  size_t count = project.error().size();
  terminal.note("tarn: " + std::to_string(count) + (count == 1 ? " mistake" : " mistakes") +
                "; 'tarn explain KEY' says what a key means");
  return std::unexpected(kExitConfiguration);
}

std::expected<Project, int> load_project(const Arguments& arguments, Terminal& terminal) {
  return load_project(arguments.value_or("--dir", "."), arguments, terminal);
}

void write_editor_schema(const Project& project) {
  os::PosixFileSystem files;
  std::string folder = project.directory + "/.tarn";
  if (!os::make_directories(files, folder)) return;
  std::string schema = pipeline::json_schema();
  auto there = os::read_file(files, folder + "/schema.json");
  if (there && as_text(*there) == schema) return;
  // An editor without completion is no reason not to run.
  static_cast<void>(os::replace_file(files, folder + "/schema.json", as_bytes(schema)));
}

}  // namespace tarn::app
